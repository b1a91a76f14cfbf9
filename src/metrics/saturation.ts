import { trendOf } from "./trend.ts";

/** What one second of an open loop looked like. */
export interface LoadSecond {
  /** Mean of the requests that had begun and not ended. */
  inFlight: number;
  /** Mean TTFT of the requests that ended in it, in milliseconds, or their latency where they have none; null: none did. */
  ttftMs: number | null;
}

/** Chance of calling each of the two series growing when it is not. */
const P = 0.01;
/**
 * Requests that pile up a second, as a share of those that come. A simulated queue of 8 places at 95% of its capacity,
 * asked each second for a minute, was taken for too much 3 times of 300; with half this share 40 times.
 */
const LEAST_SLOPE = 0.1;
/** Seconds that must have been seen. */
const LEAST_SECONDS = 20;
/** More prove nothing new, and the test compares each with each. */
const MOST_SECONDS = 120;

export interface Saturation {
  /** Requests that pile up a second. */
  pilesUp: number;
  seconds: number;
}

/**
 * An open loop that asks for more than the service can do: requests in flight and TTFT both grow, each beyond chance
 * (Mann-Kendall, p < 0.01), and what piles up is more than a tenth of what comes. Seconds that follow each other resemble
 * each other, so the test alone would be too sure of itself: hence the share. null: nothing of the kind is proven.
 *
 * @param seconds since the load was settled, which is for the caller to know: in flight grows in every beginning
 * @param rate arrivals a second
 */
export function saturationOf(seconds: LoadSecond[], rate: number): Saturation | null {
  if (seconds.length < LEAST_SECONDS || !(rate > 0)) return null;
  const seen = seconds.slice(-MOST_SECONDS);
  const inFlight = trendOf(seen.map((second) => second.inFlight));
  const ttft = trendOf(seen.flatMap(({ ttftMs }) => (ttftMs === null ? [] : [ttftMs])));
  if (inFlight === null || ttft === null) return null;
  if (inFlight.p >= P || ttft.p >= P || inFlight.slope <= LEAST_SLOPE * rate) return null;
  return { pilesUp: inFlight.slope, seconds: seen.length };
}
