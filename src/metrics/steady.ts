import type { LevelTotals, RecordedLevel } from "../record/level-record.ts";
import type { Stays } from "./stays.ts";

/** Share of the requests that could be in flight at once, from which on a level counts as full. */
const FULL = 0.95;
/** A window shorter than this many median latencies is mostly its own edges. */
const LEAST_MEDIANS = 3;
/** How far Little's law may be off, as a share of the requests in flight. */
const LITTLE_TOLERANCE = 0.05;
/** In a window shorter than this many mean latencies, what is cut off at its ends weighs more than the tolerance. */
const LITTLE_LEAST_LATENCIES = 20;

/** Unix seconds. */
export interface Window {
  start: number;
  end: number;
}

export function isInside(window: Window, time: number): boolean {
  return time >= window.start && time <= window.end;
}

/**
 * Closed loop: from the first to the last moment with at least 95% of min(parallel, number) requests in flight,
 * failures counted. Open loop: from the ramp's end to the last arrival that was due. null where there is none, or where
 * it is shorter than 3 median latencies.
 */
export function steadyWindow(stays: Stays, level: RecordedLevel, totals: LevelTotals): Window | null {
  const { medianLatencyS } = stays;
  if (medianLatencyS === null) return null;
  const window = level.rate === null ? fullWindow(stays, level, totals) : arrivalWindow(level, totals);
  if (window === null || window.end - window.start < LEAST_MEDIANS * medianLatencyS) return null;
  return window;
}

/** From the first arrival on the ramp is counted, which is at most a little later than its start. */
function arrivalWindow({ rampS }: RecordedLevel, { firstScheduled, lastScheduled }: LevelTotals): Window | null {
  if (firstScheduled === null || lastScheduled === null) return null;
  const start = firstScheduled + (rampS ?? 0);
  return start < lastScheduled ? { start, end: lastScheduled } : null;
}

function fullWindow({ sent, completed }: Stays, level: RecordedLevel, totals: LevelTotals): Window | null {
  const possible = Math.min(level.parallel ?? Number.POSITIVE_INFINITY, level.number ?? totals.offered);
  return fullTimes(sent.toSorted(), completed.toSorted(), FULL * possible);
}

/**
 * The first and the last moment with at least `threshold` requests in flight; null: never.
 * @param sent ascending, as is `completed`: which end belongs to which start does not matter for the count
 */
export function fullTimes(sent: Float64Array, completed: Float64Array, threshold: number): Window | null {
  let start: number | null = null;
  let end: number | null = null;
  let ended = 0;
  for (let begun = 0; begun < sent.length; begun++) {
    // A slot that frees and is taken at the same instant was never two requests.
    while (ended < completed.length && completed[ended]! <= sent[begun]!) {
      if (begun - ended >= threshold) end = completed[ended]!;
      ended++;
    }
    if (begun + 1 - ended >= threshold) start ??= sent[begun]!;
  }
  for (; ended < completed.length; ended++) {
    if (sent.length - ended >= threshold) end = completed[ended]!;
  }
  return start === null || end === null ? null : { start, end };
}

/** Little's law inside a window: requests in flight on average against arrival rate x mean latency, failures counted. */
export interface LittleCheck {
  in_flight: number;
  rate_x_latency: number;
  /** Within 5%. */
  holds: boolean;
}

/** null: the window is too short to tell. */
export function littlesLaw({ sent, completed }: Pick<Stays, "sent" | "completed">, window: Window): LittleCheck | null {
  const length = window.end - window.start;
  let present = 0;
  let latencies = 0;
  let arrived = 0;
  for (let i = 0; i < sent.length; i++) {
    const from = sent[i]!;
    const to = completed[i]!;
    present += Math.max(0, Math.min(to, window.end) - Math.max(from, window.start));
    if (!isInside(window, from)) continue;
    latencies += to - from;
    arrived++;
  }
  if (arrived === 0 || length < (LITTLE_LEAST_LATENCIES * latencies) / arrived) return null;
  // Rate x mean latency: the number that arrived cancels out.
  const in_flight = present / length;
  const rate_x_latency = latencies / length;
  return { in_flight, rate_x_latency, holds: Math.abs(in_flight - rate_x_latency) <= LITTLE_TOLERANCE * in_flight };
}
