import type { Progress } from "./progress.ts";

/** Rates; null: too little has happened to tell. */
export interface PaceReading {
  /** Over the last seconds. */
  requestsPerS: number | null;
  outputTokensPerS: number | null;
  /** Since the first request was due. */
  overallRequestsPerS: number | null;
  overallOutputTokensPerS: number | null;
  /** Seconds until everything has ended at the pace of late. */
  leftS: number | null;
}

/** Smoothing of the rates that are shown. */
const RECENT_S = 5;
/** Longer, because requests that start together also end together and would make the time left jump. */
const OUTLOOK_S = 30;
const SPACING_S = 0.25;
const SLOTS = OUTLOOK_S / SPACING_S + 1;
/** A shorter span says nothing about a rate. */
const MIN_SPAN_S = 0.5;

interface Point {
  timeS: number;
  done: number;
  ended: number;
  outputTokens: number;
}

const BEGINNING: Point = { timeS: 0, done: 0, ended: 0, outputTokens: 0 };

/** How fast a run goes, from a ring of its counters: flat memory, however long the run. */
export class Pace {
  /** The run began with nothing done, so the first seconds have a rate too. */
  readonly #ring: Point[] = [BEGINNING];
  #newest = 0;

  /** Takes the counters as they are now. Called as often as one likes; all but four a second cost a comparison. */
  add(progress: Progress): void {
    const last = this.#ring[this.#newest];
    if (last !== undefined && progress.elapsedS < last.timeS + SPACING_S) return;
    this.#newest = (this.#newest + 1) % SLOTS;
    this.#ring[this.#newest] = {
      timeS: progress.elapsedS,
      done: progress.done,
      ended: progress.ended,
      outputTokens: progress.outputTokens,
    };
  }

  read(progress: Progress): PaceReading {
    const recent = this.#since(progress, RECENT_S);
    const overall = rate(BEGINNING, progress);
    const outlook = this.#since(progress, OUTLOOK_S)?.done ?? 0;
    const byCount = progress.total === null || outlook === 0 ? null : (progress.total - progress.done) / outlook;
    return {
      requestsPerS: recent?.requests ?? null,
      outputTokensPerS: recent?.outputTokens ?? null,
      overallRequestsPerS: overall?.requests ?? null,
      overallOutputTokensPerS: overall?.outputTokens ?? null,
      leftS: nearest([byCount, leftByTime(progress)]),
    };
  }

  #since(progress: Progress, seconds: number) {
    const from = progress.elapsedS - seconds;
    let oldest: Point | null = null;
    for (const point of this.#ring) {
      if (point.timeS >= from && (oldest === null || point.timeS < oldest.timeS)) oldest = point;
    }
    return oldest === null ? null : rate(oldest, progress);
  }
}

/** Seconds; null: too little of the time has gone by to tell. */
function leftByTime({ timeShare, elapsedS }: Progress): number | null {
  return timeShare === null || timeShare === 0 ? null : (elapsedS * (1 - timeShare)) / timeShare;
}

function nearest(ends: (number | null)[]): number | null {
  const known = ends.filter((end) => end !== null && end >= 0);
  return known.length === 0 ? null : Math.min(...(known as number[]));
}

/** Each a second: what counts toward the total, all requests, and tokens. */
function rate(from: Point, to: Progress): { done: number; requests: number; outputTokens: number } | null {
  const span = to.elapsedS - from.timeS;
  if (!(span >= MIN_SPAN_S)) return null;
  return {
    done: (to.done - from.done) / span,
    requests: (to.ended - from.ended) / span,
    outputTokens: (to.outputTokens - from.outputTokens) / span,
  };
}
