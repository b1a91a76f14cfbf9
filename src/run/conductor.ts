import type { RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import { unpackFinished } from "../engine/packing.ts";
import type { Finished, FromEngine } from "../engine/protocol.ts";
import type { StagePlan } from "../load/plan.ts";
import type { Stage } from "../load/stages.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import type { RunEnd } from "../record/rows.ts";
import type { RunWriter } from "../record/writer.ts";
import type { Engines } from "./engines.ts";
import type { InputSource } from "./feed.ts";
import { Intake } from "./intake.ts";
import { LevelBreaks } from "./level-breaks.ts";
import type { RunObserver } from "./observer.ts";
import { levelRow, StageRun } from "./stage-run.ts";
import { StopRules } from "./stop-rules.ts";
import type { TokenCounting } from "./token-counting.ts";

/** How long a failed run waits for its engines to hand over what they have, in milliseconds. */
const HAND_OVER_MS = 2000;

/** How a run ended. `reason` is for the person who reads it. */
export interface RunEnding {
  end: Exclude<RunEnd, "running">;
  reason: string | null;
}

export interface Conducted {
  config: RunConfig;
  api: ApiPlugin;
  runId: string;
  engines: Engines;
  writer: RunWriter;
  source: InputSource;
  observer: RunObserver;
  counting: TokenCounting;
}

/** Takes the engines through the stages, and everything they report into the record. */
export class Conductor {
  readonly #intake: Intake;
  readonly #rules: StopRules;
  readonly #breaks: LevelBreaks;
  #current: StageRun | null = null;
  #interrupted = false;
  #stopping = false;
  #givenUp = false;
  #failure: UserError | null = null;
  #skipped = 0;

  constructor(readonly run: Conducted) {
    const { config, engines, observer } = run;
    this.#intake = new Intake({
      ...run,
      recorded: (requests) => this.#watch(requests),
      failed: (error) => this.#fail(asUserError(error)),
    });
    this.#rules = new StopRules(config.stopAt, { api: run.api.name, dataset: config.dataset });
    this.#breaks = new LevelBreaks(config, { probe: engines.probe, notice: (line) => observer.notice(line) });
    engines.onMessage = (engine, message) => this.#receive(engine, message);
    engines.onLost = (engine, reason) => this.#engineLost(engine, reason);
  }

  /** Requests that the API plugin declined. */
  get skipped(): number {
    return this.#skipped;
  }

  async conduct(plan: StagePlan): Promise<RunEnding> {
    this.#intake.open();
    this.run.observer.planned(plan.foreseen ?? []);
    for (const [engine, reason] of this.run.engines.lost) this.#engineLost(engine, reason);
    try {
      await this.#follow(plan);
    } catch (error) {
      this.#failure ??= asUserError(error);
    } finally {
      await this.#intake.close();
    }
    if (this.#failure !== null) return { end: "failed", reason: this.#failure.message };
    return { end: this.#interrupted ? "interrupted" : "done", reason: null };
  }

  /** Sends nothing more; what is in flight may finish. Where that is so already it is given up. */
  stop(): void {
    if (this.#stopping) {
      this.abort();
      return;
    }
    this.#interrupted = true;
    this.#stopSending();
  }

  /** What is in flight is given up. */
  abort(): void {
    this.#interrupted = true;
    this.#breaks.abandon();
    this.#current?.feed.close();
    this.run.engines.broadcast({ type: "abort" });
  }

  /** Sends no more of this stage; what it has in flight finishes, and the plan's next one follows. */
  endStage(reason: string): void {
    if (this.#current === null) return;
    const { phase, level, repeat } = this.#current.stage;
    if (phase === "measure") this.run.writer.levelEndReason(level, repeat, reason);
    this.#current.stop();
  }

  async #follow(plan: StagePlan): Promise<void> {
    const over = () => this.#interrupted || this.#failure !== null;
    let nextId = 0;
    let done: Stage | null = null;
    while (!over()) {
      const stage = await plan.next(done);
      if (stage === null || over()) return;
      await this.#breaks.before(stage, done);
      if (!over()) nextId = await this.#stage(stage, nextId);
      await this.#breaks.after(stage);
      this.run.writer.commit();
      done = stage;
    }
  }

  #stopSending(): void {
    this.#stopping = true;
    this.#breaks.halt();
    this.#current?.feed.close();
    this.run.engines.broadcast({ type: "stop" });
    this.run.observer.stopping();
  }

  async #stage(stage: Stage, firstId: number): Promise<number> {
    const { writer, observer } = this.run;
    const measured = stage.phase === "measure";
    this.#intake.stageBegins();
    if (measured) writer.level(levelRow(stage));
    observer.stage(stage);
    const stageRun = new StageRun(stage, this.run, firstId, (error) => this.#datasetFailed(asUserError(error)));
    this.#rules.begin(stage);
    this.#current = stageRun;
    stageRun.start();
    try {
      await stageRun.done;
    } finally {
      this.#current = null;
      await this.#intake.stageEnds();
      if (measured) writer.endLevel(stage.level, stage.repeat, Date.now() / 1000);
    }
    return stageRun.feed.next;
  }

  #receive(engine: number, message: FromEngine): void {
    switch (message.type) {
      case "credit":
        this.#credit(engine, message.used, message.skipped);
        break;
      case "finished":
        this.#finished(engine, unpackFinished(message.packed));
        break;
      case "unsent":
        this.#intake.add(this.#current?.unsent(engine, message.scheduled) ?? []);
        break;
      case "beat":
        this.#current?.sent(engine, message.started);
        this.#intake.inFlight(engine, message.inFlight);
        break;
      case "sample":
        this.run.writer.sample(message.sample);
        this.run.observer.sample?.(message.sample);
        break;
      case "debug":
        for (const line of message.lines) this.run.observer.debug(line);
        break;
      case "prepared":
        this.#current?.prepared(engine, message.index);
        break;
      case "stage-done":
        this.#current?.engineDone(engine, message.index);
        break;
    }
  }

  #credit(engine: number, used: number, skipped: number[]): void {
    this.#skipped += skipped.length;
    const reason = this.#rules.skip(skipped.length);
    if (reason !== null) this.#endEarly(reason);
    this.#current?.feed.credit(engine, used, skipped.length);
    this.#current?.finished(engine, skipped);
  }

  #finished(engine: number, requests: Finished[]): void {
    this.#current?.ended(
      engine,
      requests.map(({ recorded }) => recorded.outcome),
    );
    this.#intake.finished(requests);
  }

  #watch(requests: RecordedRequest[]): void {
    for (const { outcome } of requests) {
      const reason = this.#rules.add(outcome);
      if (reason !== null) this.#endEarly(reason);
    }
  }

  /** The run fails; what is in flight finishes. */
  #endEarly(reason: string): void {
    if (this.#failure !== null || this.#interrupted) return;
    this.#failure = new UserError(reason, 1);
    this.#stopSending();
  }

  /** The stage sends what it was given before, and ends. */
  #datasetFailed(error: UserError): void {
    this.#failure ??= error;
    this.#stopping = true;
    this.run.observer.stopping();
  }

  /** Ends the run: engines give up what is in flight and hand over what they have. */
  #fail(error: UserError): void {
    this.#failure ??= error;
    if (this.#givenUp) return;
    this.#givenUp = true;
    this.#breaks.abandon();
    this.run.engines.broadcast({ type: "abort" });
    const current = this.#current;
    if (current === null) return;
    current.feed.close();
    const timer = setTimeout(() => current.end(), HAND_OVER_MS);
    void current.done.then(() => clearTimeout(timer));
  }

  #engineLost(engine: number, reason: string): void {
    const current = this.#current;
    this.#intake.add(current?.lost(engine, reason) ?? []);
    this.#fail(new UserError(`engine ${engine} ended (${reason}): the run stops; what had finished is kept`, 1));
    current?.engineDone(engine, current.stage.index);
  }
}

function asUserError(error: unknown): UserError {
  return error instanceof UserError ? error : new UserError(String(error), 1, { cause: error });
}
