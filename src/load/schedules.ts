import { arrivalTimes } from "./arrival-times.ts";
import type { Due, Schedule } from "./open-loop.ts";
import { RateCurve } from "./rate-curve.ts";
import type { LoadShape } from "./shape.ts";

/** Which of a load's arrivals are an engine's: k with k mod `engines` = `turn`. */
export interface Deal {
  turn: number;
  engines: number;
}

/**
 * One engine's own part of a load's times. Every engine draws all of them from the same seed, so that arrival k is due
 * at the same moment whatever their number.
 *
 * @param seconds from the start, ascending
 */
export function dealt(seconds: Iterator<number, void>, { turn, engines }: Deal): Schedule<never> {
  let ahead = turn;
  return {
    next(): Due<never> | "end" {
      for (; ahead > 0; ahead--) if (seconds.next().done) return "end";
      const { done, value } = seconds.next();
      ahead = engines - 1;
      return done ? "end" : { atMs: value * 1000, request: null };
    },
  };
}

/** The times of a whole load. @param listed reads the file that a shape names */
export function timesOf(
  shape: Exclude<LoadShape, { kind: "closed" | "users" | "traced" }>,
  seed: number,
  listed: (file: string) => number[],
): Iterator<number, void> {
  if (shape.kind === "listed") return listed(shape.file).values();
  return arrivalTimes(shape.pattern, new RateCurve(shape.course), seed);
}
