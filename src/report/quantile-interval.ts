import type { Distribution } from "../metrics/summary-model.ts";

/** Fewer values bear out no interval worth printing. */
const FEWEST = 20;
/** Of the normal distribution, for 95%. */
const Z = 1.96;

/** high null: there are too few values for an upper end. */
export interface Interval {
  low: number;
  high: number | null;
}

/** Shares of a distribution that the summary keeps. */
const KEPT = [
  [0, "min"],
  [0.01, "p1"],
  [0.05, "p5"],
  [0.1, "p10"],
  [0.25, "p25"],
  [0.5, "p50"],
  [0.75, "p75"],
  [0.9, "p90"],
  [0.95, "p95"],
  [0.99, "p99"],
  [1, "max"],
] as const;

/**
 * The 95% interval of a quantile: the values at the ranks nq -+ 1.96 sqrt(nq(1-q)) (Hahn and Meeker, Statistical
 * Intervals, 1991, section 5.2), with straight lines between the quantiles that the summary keeps. It takes the values
 * for independent; those of one run resemble each other, so it is rather too narrow. null: fewer than 20 values.
 */
export function quantileInterval(of: Distribution, n: number, q: number): Interval | null {
  if (n < FEWEST) return null;
  const spread = Z * Math.sqrt(n * q * (1 - q));
  const [low, high] = [n * q - spread, n * q + spread + 1];
  return { low: valueAt(of, Math.max(0, low / n)), high: high > n ? null : valueAt(of, high / n) };
}

function valueAt(of: Distribution, share: number): number {
  const above = KEPT.findIndex(([kept]) => kept >= share);
  const [to, upper] = KEPT[above]!;
  if (above === 0) return of[upper];
  const [from, lower] = KEPT[above - 1]!;
  return of[lower] + ((share - from) / (to - from)) * (of[upper] - of[lower]);
}
