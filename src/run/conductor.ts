import type { RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import { blankOutcome } from "../engine/finished.ts";
import { unpackFinished } from "../engine/packing.ts";
import type { Finished, FromEngine } from "../engine/protocol.ts";
import { Sampler } from "../engine/sampler.ts";
import type { Stage } from "../load/stages.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import type { RunEnd } from "../record/rows.ts";
import type { RunWriter } from "../record/writer.ts";
import { Completion } from "./completion.ts";
import type { Engines } from "./engines.ts";
import type { InputSource } from "./feed.ts";
import type { RunObserver } from "./observer.ts";
import { Outstanding } from "./outstanding.ts";
import { StageRun } from "./stage-run.ts";

const COMMIT_MS = 500;
const SAMPLE_MS = 1000;
/** So many failures of the API plugin, with nothing else before them, end a run. */
const HOPELESS_FAILURES = 20;
/** How long a failed run waits for its engines to hand over what they have, in milliseconds. */
const HAND_OVER_MS = 2000;
/** Inputs that the API plugin may skip before it takes one: data that ends begins again, so there are always more. */
const MOST_SKIPPED = 100_000;

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
}

/** Takes the engines through the stages, and everything they report into the record. */
export class Conductor {
  readonly #completion: Completion;
  readonly #outstanding: Outstanding;
  readonly #sampler = new Sampler(-1);
  readonly #inFlight: number[];
  #current: StageRun | null = null;
  #interrupted = false;
  #failure: UserError | null = null;
  #skipped = 0;
  #done = 0;
  #pluginFailures = 0;
  #pluginWorks = false;
  /** Batches are completed and recorded one after the other, in the order they came. */
  #recording: Promise<void> = Promise.resolve();

  constructor(readonly run: Conducted) {
    this.#completion = new Completion(run.api);
    this.#outstanding = new Outstanding(run.engines.all.length);
    this.#inFlight = run.engines.all.map(() => 0);
    run.engines.onMessage = (engine, message) => this.#receive(engine, message);
    run.engines.onLost = (engine, reason) => this.#engineLost(engine, reason);
  }

  /** Requests that the API plugin declined. */
  get skipped(): number {
    return this.#skipped;
  }

  async conduct(stages: Stage[]): Promise<RunEnding> {
    const timers = [setInterval(() => this.#commit(), COMMIT_MS), setInterval(() => this.#sample(), SAMPLE_MS)];
    this.run.observer.planned(stages);
    for (const [engine, reason] of this.run.engines.lost) this.#engineLost(engine, reason);
    try {
      let nextId = 0;
      for (const stage of stages) {
        if (this.#interrupted || this.#failure !== null) break;
        nextId = await this.#stage(stage, nextId);
      }
    } catch (error) {
      this.#failure ??= asUserError(error);
    } finally {
      for (const timer of timers) clearInterval(timer);
      this.#sampler.stop();
      await this.#recording;
    }
    if (this.#failure !== null) return { end: "failed", reason: this.#failure.message };
    return { end: this.#interrupted ? "interrupted" : "done", reason: null };
  }

  /** Sends nothing more; what is in flight may finish. */
  stop(): void {
    this.#interrupted = true;
    this.#current?.feed.close();
    this.run.engines.broadcast({ type: "stop" });
    this.run.observer.stopping();
  }

  /** What is in flight is given up. */
  abort(): void {
    this.#interrupted = true;
    this.run.engines.broadcast({ type: "abort" });
  }

  async #stage(stage: Stage, firstId: number): Promise<number> {
    const { writer, engines, source, observer } = this.run;
    const measured = stage.phase === "measure";
    if (measured) writer.level(levelRow(stage));
    observer.stage(stage);
    const stageRun = new StageRun(stage, engines, source, firstId, {
      given: (engine, arrivals) => this.#outstanding.given(engine, arrivals),
      failed: (error) => this.#fail(asUserError(error)),
    });
    this.#current = stageRun;
    stageRun.start();
    try {
      await stageRun.done;
    } finally {
      this.#current = null;
      await this.#recording;
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
        this.#record(engine, unpackFinished(message.packed));
        break;
      case "beat":
        for (const [id, sent] of message.started) this.#outstanding.sent(engine, id, sent);
        this.#inFlight[engine] = message.inFlight;
        this.run.observer.inFlight(this.#inFlight.reduce((sum, count) => sum + count, 0));
        break;
      case "sample":
        this.run.writer.sample(message.sample);
        break;
      case "debug":
        for (const line of message.lines) this.run.observer.debug(line);
        break;
      case "stage-done":
        this.#current?.engineDone(engine, message.index);
        break;
    }
  }

  #credit(engine: number, used: number, skipped: number[]): void {
    for (const id of skipped) this.#outstanding.finished(engine, id);
    this.#skipped += skipped.length;
    if (this.#skipped >= MOST_SKIPPED && this.#done === 0) {
      const { api, dataset } = this.run.config;
      const message = `--api ${api} skipped all of the first ${this.#skipped} inputs of dataset ${dataset}: nothing to send`;
      this.#fail(new UserError(message, 1));
    }
    this.#current?.feed.credit(engine, used, skipped.length);
  }

  #record(engine: number, requests: Finished[]): void {
    for (const { recorded } of requests) this.#outstanding.finished(engine, recorded.outcome.id);
    this.#recording = this.#recording.then(async () => this.#add(await this.#completion.complete(requests)));
  }

  #add(requests: RecordedRequest[]): void {
    this.#done += requests.length;
    this.run.writer.add(requests);
    this.run.observer.finished(requests);
    this.#watchPlugin(requests);
  }

  /** A plugin that fails on everything is not going to do better. */
  #watchPlugin(requests: RecordedRequest[]): void {
    for (const { outcome } of requests) {
      if (this.#pluginWorks) return;
      if (outcome.ending.ok || outcome.ending.kind !== "plugin") {
        this.#pluginWorks = true;
      } else if (++this.#pluginFailures === HOPELESS_FAILURES) {
        const said = `API plugin ${this.run.api.name} failed on each of the first ${HOPELESS_FAILURES} requests`;
        this.#fail(new UserError(`${said}: ${outcome.ending.message}`, 1));
      }
    }
  }

  #commit(): void {
    try {
      this.run.writer.commit();
      this.run.writer.checkpointIfDue();
    } catch (error) {
      this.#fail(error as UserError);
    }
  }

  #sample(): void {
    const inFlight = this.#inFlight.reduce((sum, count) => sum + count, 0);
    this.run.writer.sample(this.#sampler.sample({ inFlight, sent: this.#done + inFlight, done: this.#done }));
  }

  /** Ends the run: engines give up what is in flight and hand over what they have. */
  #fail(error: UserError): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    this.run.engines.broadcast({ type: "abort" });
    const current = this.#current;
    if (current === null) return;
    current.feed.close();
    const timer = setTimeout(() => current.end(), HAND_OVER_MS);
    void current.done.then(() => clearTimeout(timer));
  }

  #engineLost(engine: number, reason: string): void {
    const current = this.#current;
    if (current !== null) this.#add(this.#lostRequests(engine, current, reason));
    this.#fail(new UserError(`engine ${engine} ended (${reason}): the run stops; what had finished is kept`, 1));
    current?.engineDone(engine, current.stage.index);
  }

  #lostRequests(engine: number, { stage, shares }: StageRun, reason: string): RecordedRequest[] {
    const { config, runId } = this.run;
    const now = Date.now() / 1000;
    const { slots } = shares[engine]!;
    return this.#outstanding.lost(engine, slots).inFlight.map(([id, sent]) => ({
      outcome: {
        ...blankOutcome(id, { ...stage, ...shares[engine]! }, { engine, runId, endpoint: config.url, config }),
        sentTime: sent,
        completedTime: now,
        latency: sent === null ? null : now - sent,
        ending: { ok: false, kind: "engine_lost", message: `the engine process ended: ${reason}` },
      },
      payload: { request: null, responseMessages: null, eventTimes: null, eventTokens: null, outputText: null },
    }));
  }
}

function asUserError(error: unknown): UserError {
  return error instanceof UserError ? error : new UserError(String(error), 1, { cause: error });
}

function levelRow(stage: Stage) {
  const { level, repeat, parallel, number } = stage;
  return { level, repeat, parallel, rate: null, number, durationS: null, startTime: Date.now() / 1000, endTime: null };
}
