import { rampOf, rateOf } from "../load/shape.ts";
import type { Stage } from "../load/stages.ts";
import { type LoadSecond, type Saturation, saturationOf } from "../metrics/saturation.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import type { RunObserver } from "./observer.ts";
import type { RunPlan } from "./plan.ts";

/** Latencies of the first requests to end, by which it is told when the load has settled. */
const TELLING = 200;
/** Median latencies from the start after which about as many end as begin, where the service keeps up. */
const SETTLED_AFTER = 2;

interface Second {
  inFlight: number;
  beats: number;
  ttftMs: number;
  ended: number;
}

/**
 * Watches unbounded open loops for more load than the service can do. Where requests at once are bounded nothing piles
 * up in the service, and a duration or a count ends the level. Costs an addition or two for each request.
 */
export class SaturationWatch {
  #stage: Stage | null = null;
  #startMs = 0;
  #seconds: Second[] = [];
  #latenciesMs: number[] = [];
  #judged = 0;

  constructor(
    readonly onSaturated: (stage: Stage, found: Saturation) => void,
    /** Milliseconds. */
    readonly now: () => number,
  ) {}

  stage(stage: Stage): void {
    const watched = stage.phase === "measure" && stage.parallel === null && stage.shape.kind === "rate";
    this.#stage = watched ? stage : null;
    this.#startMs = this.now();
    this.#seconds = [];
    this.#latenciesMs = [];
    this.#judged = 0;
  }

  inFlight(count: number): void {
    if (this.#stage === null) return;
    const second = this.#second();
    second.inFlight += count;
    second.beats++;
    this.#judge();
  }

  finished(requests: RecordedRequest[]): void {
    if (this.#stage === null) return;
    const second = this.#second();
    for (const { outcome } of requests) {
      const seconds = outcome.firstChunkLatency ?? outcome.latency;
      if (!outcome.ending.ok || seconds === null || outcome.phase !== "measure") continue;
      second.ttftMs += seconds * 1000;
      second.ended++;
      if (outcome.latency !== null && this.#latenciesMs.length < TELLING)
        this.#latenciesMs.push(outcome.latency * 1000);
    }
  }

  /** The one that it is now; those that were missed are empty. */
  #second(): Second {
    const index = Math.max(0, Math.floor((this.now() - this.#startMs) / 1000));
    while (this.#seconds.length <= index) this.#seconds.push({ inFlight: 0, beats: 0, ttftMs: 0, ended: 0 });
    return this.#seconds[index]!;
  }

  /** Once for each second that is over. */
  #judge(): void {
    const stage = this.#stage;
    const whole = this.#seconds.length - 1;
    if (stage === null || whole <= this.#judged || this.#latenciesMs.length === 0) return;
    this.#judged = whole;
    const seen = this.#seconds.slice(this.#settledAt(stage), whole).filter(({ beats }) => beats > 0);
    const found = saturationOf(seen.map(loadSecond), rateOf(stage.shape) ?? 0);
    if (found === null) return;
    this.#stage = null;
    this.onSaturated(stage, found);
  }

  #settledAt({ shape }: Stage): number {
    const ascending = this.#latenciesMs.toSorted((a, b) => a - b);
    const median = ascending[ascending.length >> 1]!;
    return Math.ceil((rampOf(shape) ?? 0) + (SETTLED_AFTER * median) / 1000);
  }
}

function loadSecond({ inFlight, beats, ttftMs, ended }: Second): LoadSecond {
  return { inFlight: inFlight / beats, ttftMs: ended === 0 ? null : ttftMs / ended };
}

/**
 * The observer, with a watch beside it: where a stage asks for more than the service can do, the person, the plan and
 * the record hear of it, and it ends.
 */
export function endingSaturated(
  observer: RunObserver,
  plan: Pick<RunPlan, "saturated">,
  end: (reason: string) => void,
): RunObserver {
  const onSaturated = (stage: Stage, found: Saturation) => {
    const reason = saturationText(stage, found);
    observer.notice(reason);
    plan.saturated(stage);
    end(reason);
  };
  const watch = new SaturationWatch(onSaturated, () => performance.now());
  return {
    planned: (stages) => observer.planned(stages),
    stage: (stage) => {
      watch.stage(stage);
      observer.stage(stage);
    },
    finished: (requests) => {
      watch.finished(requests);
      observer.finished(requests);
    },
    inFlight: (count) => {
      watch.inFlight(count);
      observer.inFlight(count);
    },
    sample: (sample) => observer.sample?.(sample),
    stopping: () => observer.stopping(),
    notice: (line) => observer.notice(line),
    debug: (line) => observer.debug(line),
  };
}

/** For the record and the person. */
function saturationText({ shape }: Stage, { pilesUp, seconds }: Saturation): string {
  const rate = Number((rateOf(shape) ?? 0).toPrecision(6));
  const up = Number(pilesUp.toPrecision(2));
  return `over-saturated: of ${rate} requests/s ${up} pile up each second, and TTFT grew over ${seconds} s: the level ends`;
}
