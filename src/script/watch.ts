import { createLog } from "../cli/log.ts";
import type { BenchmarkConfig, BenchmarkProgress } from "../contract/script.ts";
import { Tally } from "../live/tally.ts";
import type { Stage } from "../load/stages.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import type { RunObserver } from "../run/observer.ts";

const EVERY_MS = 200;

/** Tells a script how its run goes. */
export class Watch implements RunObserver {
  readonly #tally = new Tally();
  readonly #log: ReturnType<typeof createLog>;
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #failure = new AbortController();

  constructor(readonly config: Pick<BenchmarkConfig, "onProgress" | "onNotice" | "debug">) {
    this.#log = createLog(config.debug === true);
  }

  /** Aborted, with what it threw, where one of the script's callbacks throws. */
  get failure(): AbortSignal {
    return this.#failure.signal;
  }

  planned(stages: Stage[]): void {
    this.#tally.planned(stages);
    if (this.config.onProgress !== undefined) this.#timer = setInterval(() => this.#show(), EVERY_MS);
  }

  stage(stage: Stage): void {
    this.#tally.stage(stage);
  }

  finished(requests: RecordedRequest[]): void {
    this.#tally.finished(requests);
  }

  inFlight(count: number): void {
    this.#tally.inFlight(count);
  }

  stopping(): void {
    this.#tally.stopping();
  }

  notice(line: string): void {
    const { onNotice } = this.config;
    if (onNotice === undefined) this.#log.info(line);
    else this.#guard(() => onNotice(line));
  }

  debug(line: string): void {
    this.#log.debug(line);
  }

  /** Shows the end too, where anything was shown. */
  end(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#tally.inFlight(0);
    this.#show();
  }

  #show(): void {
    this.#guard(() => this.config.onProgress?.(this.#progress()));
  }

  #progress(): BenchmarkProgress {
    const { errors, ttftP50, ttftP99, ...all } = this.#tally.progress();
    const { levelLabel: _, stopping: __, timeShare: ___, recent: ____, client: _____, ...same } = all;
    return { ...same, errors: Object.fromEntries(errors), ttftP50Ms: ttftP50, ttftP99Ms: ttftP99 };
  }

  #guard(callback: () => void): void {
    if (this.failure.aborted) return;
    try {
      callback();
    } catch (error) {
      this.#failure.abort(error);
    }
  }
}
