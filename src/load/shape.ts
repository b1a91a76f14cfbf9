import type { ArrivalPattern } from "./arrival-times.ts";
import { courseEndS, courseText, peakRate, type RateSegment } from "./rate-curve.ts";

/** What decides when a stage's requests go out. Plain data: it is stored and sent to engines. */
export type LoadShape =
  /** Each slot sends its next request when the one before has ended. */
  | {
      kind: "closed";
      /** Seconds over which the slots open, evenly; 0: at once. */
      rampS: number;
    }
  /** Times drawn around the course of a rate. */
  | { kind: "rate"; pattern: ArrivalPattern; course: RateSegment[] }
  /** As many users as requests at once, all of them together saying so many things a second. */
  | { kind: "users"; rate: number }
  /** Times that a file lists. */
  | ListedTimes
  /** Times that the inputs have. */
  | TracedTimes;

export interface ListedTimes {
  kind: "listed";
  /** Absolute path. */
  file: string;
  count: number;
  /** The last one, in seconds from the start. */
  lastS: number;
  /** The most that are due within one second. */
  mostASecond: number;
}

/** As a list has them; a trace's are known when it has been read through. */
export interface TracedTimes extends Omit<ListedTimes, "kind" | "file"> {
  kind: "traced";
}

/** Requests a second that the record names a level by: a course's last rate, a list's or trace's mean; null in closed loop. */
export function rateOf(shape: LoadShape): number | null {
  if (shape.kind === "closed") return null;
  if (shape.kind === "rate") return shape.course.at(-1)!.to;
  if (shape.kind === "users") return shape.rate;
  return shape.lastS > 0 ? shape.count / shape.lastS : shape.count;
}

/** "20/s" or, where it changes, its course: "10:30s+50:30s req/s"; null in closed loop. */
export function rateText(shape: LoadShape): string | null {
  const course = shape.kind === "rate" ? courseText(shape.course) : null;
  if (course !== null) return `${course} req/s`;
  const rate = rateOf(shape);
  return rate === null ? null : `${Number(rate.toPrecision(6))}/s`;
}

/** Seconds until the load is what it stays; null: it begins so. */
export function rampOf(shape: LoadShape): number | null {
  if (shape.kind === "listed" || shape.kind === "traced" || shape.kind === "users") return null;
  const rampS = shape.kind === "closed" ? shape.rampS : courseEndS(shape.course);
  return rampS === 0 ? null : rampS;
}

/** The most requests that may begin in a second, on average; null where each waits for another's end. */
export function mostASecond(shape: LoadShape): number | null {
  if (shape.kind === "closed" || shape.kind === "users") return null;
  return shape.kind === "rate" ? peakRate(shape.course) : shape.mostASecond;
}
