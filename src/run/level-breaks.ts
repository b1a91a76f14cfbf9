import type { AroundLevels, RunConfig, ServerCall } from "../config/run-config.ts";
import type { Stage } from "../load/stages.ts";
import type { Probe } from "./preflight.ts";

interface BreakLinks {
  probe: Probe;
  notice(line: string): void;
}

/** What is done between levels: a pause, and calls to the service that are no part of the load. */
export class LevelBreaks {
  readonly #around: AroundLevels;
  readonly #origin: string;
  readonly #halted = Promise.withResolvers<void>();
  readonly #abandoned = Promise.withResolvers<void>();

  constructor(
    { around, url }: Pick<RunConfig, "around" | "url">,
    readonly links: BreakLinks,
  ) {
    this.#around = around;
    this.#origin = new URL(url).origin;
  }

  /** Nothing more is going to be sent. */
  halt(): void {
    this.#halted.resolve();
  }

  /** Nothing is waited for any more. */
  abandon(): void {
    this.halt();
    this.#abandoned.resolve();
  }

  /** @param previous null: the run's first */
  async before(stage: Stage, previous: Stage | null): Promise<void> {
    const halted = this.#halted.promise;
    const opens = previous === null || previous.level !== stage.level || previous.repeat !== stage.repeat;
    if (opens && previous !== null) await this.#pause();
    if (opens) for (const call of this.#around.before) await Promise.race([this.#call(call, "--before-level"), halted]);
    if (stage.phase === "measure") await Promise.race([this.#profile("start"), halted]);
  }

  /** A profiler that runs is stopped, however the level has ended. */
  async after(stage: Stage): Promise<void> {
    if (stage.phase === "measure") await Promise.race([this.#profile("stop"), this.#abandoned.promise]);
  }

  async #pause(): Promise<void> {
    if (this.#around.pauseS === 0) return;
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, this.#around.pauseS * 1000);
    await Promise.race([over.promise, this.#halted.promise]);
    clearTimeout(timer);
  }

  async #profile(what: "start" | "stop"): Promise<void> {
    if (!this.#around.profile) return;
    await this.#call({ method: "POST", url: `${this.#origin}/${what}_profile` }, "--profile");
  }

  async #call({ method, url }: ServerCall, flag: string): Promise<void> {
    const result = await this.links.probe({ kind: "call", method, url });
    if (result.ok) return;
    const line = `${flag}: ${method} ${url} failed (${result.message}); the load is sent all the same`;
    this.links.notice(line.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, " ").slice(0, 500));
  }
}
