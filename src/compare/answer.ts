import type { Answer, Interval } from "./comparison-model.ts";

/**
 * What an interval of a difference says. A difference that is surely smaller than the margin is none, even where it is
 * surely not 0: with enough data every two services differ by something.
 */
export function answerOf({ low, high }: Interval, margin: number, better: "lower" | "higher"): Answer {
  if (low >= -margin && high <= margin) return "same";
  if (low > 0) return better === "higher" ? "better" : "worse";
  if (high < 0) return better === "higher" ? "worse" : "better";
  return "inconclusive";
}

/** The D of "no difference larger than D". */
export function boundOf({ low, high }: Interval): number {
  return Math.max(Math.abs(low), Math.abs(high));
}
