import type { RunConfig } from "../config/run-config.ts";
import { packArrivals } from "../engine/packing.ts";
import type { Arrival, StageShare } from "../engine/protocol.ts";
import { rampOf, rateOf } from "../load/shape.ts";
import { type Stage, shareOf, stageSeed, windowOf } from "../load/stages.ts";
import type { Outcome, RecordedRequest } from "../record/outcome.ts";
import type { LevelRow } from "../record/rows.ts";
import { arrivalOf, endsArrival } from "./arrival-rows.ts";
import type { Engines } from "./engines.ts";
import { Feed, type InputSource } from "./feed.ts";
import { lostRequests } from "./lost-requests.ts";
import { Outstanding } from "./outstanding.ts";
import { unsentRequests } from "./unsent-requests.ts";

/** How far ahead the common start lies: by then the last engine has heard of it. */
const AHEAD_MS = 20;

/** What a stage takes from the run that it is part of. */
interface StageOfRun {
  config: RunConfig;
  runId: string;
  engines: Pick<Engines, "all" | "send">;
  source: InputSource;
}

/** One stage on its way through all engines: shares dealt out, inputs fed, done when every engine says so. */
export class StageRun {
  readonly feed: Feed;
  readonly done: Promise<void>;
  readonly #shares: StageShare[];
  readonly #outstanding: Outstanding;
  readonly #waiting = new Set<number>();
  /** Engines whose first requests are not built yet. */
  readonly #preparing = new Set<number>();
  #dry = false;
  #finish: () => void = () => {};

  /**
   * @param firstId number of its first arrival
   * @param failed the dataset has nothing more to give, and not because it has ended; what it gave before is still sent
   */
  constructor(
    readonly stage: Stage,
    readonly run: StageOfRun,
    firstId: number,
    failed: (error: unknown) => void,
  ) {
    const { all } = run.engines;
    this.#shares = all.map((_, engine) => stageShare(stage, engine, all.length, run.config));
    this.#outstanding = new Outstanding(all.length);
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const give = (engine: number, arrivals: Arrival[]) => {
      this.#outstanding.given(engine, arrivals);
      run.engines.send(engine, { type: "arrivals", packed: packArrivals(arrivals) });
    };
    this.feed = new Feed(run.source, firstId, this.#shares, give, (error) => {
      failed(error);
      this.#dry = true;
      this.#stopWhenEmpty();
      // Engines that wait for a first batch would wait for what no longer comes.
      if (this.#preparing.size > 0) this.#begin();
    });
  }

  start(): void {
    for (const [engine, stage] of this.#shares.entries()) {
      this.#waiting.add(engine);
      this.#preparing.add(engine);
      this.run.engines.send(engine, { type: "stage", stage });
    }
    this.feed.pump();
  }

  /** The engine could begin. When all can, all begin at the same moment, by the clock of each. */
  prepared(engine: number, index: number): void {
    if (index !== this.stage.index || !this.#preparing.delete(engine) || this.#preparing.size > 0) return;
    this.#begin();
  }

  #begin(): void {
    this.#preparing.clear();
    const startMs = performance.timeOrigin + performance.now() + AHEAD_MS;
    for (const { index: other, clockOffsetMs } of this.run.engines.all) {
      this.run.engines.send(other, { type: "go", index: this.stage.index, atMs: startMs + clockOffsetMs });
    }
  }

  /** @param started ids, each with when it was sent in Unix seconds */
  sent(engine: number, started: [id: number, sent: number][]): void {
    for (const [id, sent] of started) this.#outstanding.sent(engine, id, sent);
  }

  /** Requests that the engine has sent. A conversation is finished with the last of its own. */
  ended(engine: number, outcomes: Outcome[]): void {
    for (const outcome of outcomes) {
      if (!endsArrival(outcome)) this.#outstanding.turned(engine, arrivalOf(outcome), (outcome.turn ?? 0) + 1);
    }
    this.finished(engine, outcomes.filter(endsArrival).map(arrivalOf));
  }

  /** Arrivals of which nothing more comes, or which the engine's API plugin has skipped. */
  finished(engine: number, ids: number[]): void {
    for (const id of ids) this.#outstanding.finished(engine, id);
    this.#stopWhenEmpty();
  }

  /** What an engine that died had on the wire. */
  lost(engine: number, reason: string): RecordedRequest[] {
    const { slots, shape } = this.#shares[engine]!;
    // In open loop a slot may be free: what is in flight is known from the beats alone.
    const { inFlight } = this.#outstanding.lost(engine, shape.kind === "closed" ? slots : null);
    return lostRequests(inFlight, engine, reason, this.stage, this.run);
  }

  /** What was due and will not be sent. @param scheduled Unix seconds */
  unsent(engine: number, scheduled: number[]): RecordedRequest[] {
    // Nothing more is given: what would be given now had a number that is wanted here.
    this.feed.close();
    const arrivals = scheduled.map((time): [number, number] => [this.feed.claim(), time]);
    return unsentRequests(arrivals, engine, this.stage, this.run);
  }

  engineDone(engine: number, index: number): void {
    if (index !== this.stage.index) return;
    this.#waiting.delete(engine);
    if (this.#waiting.size === 0) this.end();
  }

  /** Sends nothing more; what is in flight finishes. */
  stop(): void {
    this.feed.close();
    this.#stopEngines();
  }

  /** Waits for nobody any more. */
  end(): void {
    this.feed.close();
    this.#finish();
  }

  /** Engines wait for their whole share: told to stop before they have used what they hold, they would drop it. */
  #stopWhenEmpty(): void {
    if (this.#dry && this.#outstanding.size === 0 && this.feed.waiting === 0) this.#stopEngines();
  }

  #stopEngines(): void {
    for (const engine of this.#waiting) this.run.engines.send(engine, { type: "stop" });
  }
}

function stageShare(
  stage: Stage,
  engine: number,
  engines: number,
  { seed, drainS }: Pick<RunConfig, "seed" | "drainS">,
): StageShare {
  const { index, phase, level, repeat, parallel, durationS, shape } = stage;
  const share = shareOf(stage, engine, engines);
  return {
    ...{ index, phase, level, repeat, parallel, shape, drainS },
    slots: share.slots,
    quota: share.quota,
    deal: { turn: share.turn, engines: share.engines },
    window: windowOf(shape, share),
    seed: stageSeed(seed, stage),
    untilMs: durationS === null ? null : durationS * 1000,
  };
}

/** What the record says of a level when it begins. */
export function levelRow({ level, repeat, parallel, number, durationS, shape }: Stage): LevelRow {
  return {
    ...{ level, repeat, parallel, number, durationS },
    rate: rateOf(shape),
    rampS: rampOf(shape),
    startTime: Date.now() / 1000,
    endTime: null,
  };
}
