import { type MicroCounts, quantile, quantileRank } from "./quantile.ts";
import type { Distribution } from "./summary-model.ts";

const PERMILLES = { p1: 10, p5: 50, p10: 100, p25: 250, p50: 500, p75: 750, p90: 900, p95: 950, p99: 990 } as const;

type Quantiles = Record<keyof typeof PERMILLES, number>;

/**
 * Sorts `values` in place; null for none.
 * std divides by n - 1: the requests of a run are a sample of what the service does.
 */
export function distributionOf(values: Float64Array): Distribution | null {
  const n = values.length;
  if (n === 0) return null;
  values.sort();
  let sum = 0;
  // By index: iterators over a typed array cost more here than the sorting.
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - mean) ** 2;
  return {
    mean,
    min: values[0]!,
    max: values[n - 1]!,
    std: n > 1 ? Math.sqrt(squares / (n - 1)) : null,
    ...eachQuantile((permille) => quantile(values, permille)),
  };
}

/** The same of counted microseconds, in milliseconds. */
export function distributionOfCounts(counts: MicroCounts): Distribution | null {
  const n = counts.count;
  if (n === 0) return null;
  const values: number[] = [];
  const cumulated: number[] = [];
  let seen = 0;
  let squares = 0;
  for (const [micros, count] of counts.entries()) {
    seen += count;
    values.push(micros);
    cumulated.push(seen);
    squares += count * (micros - counts.mean) ** 2;
  }
  const at = (rank: number): number => values[firstAbove(cumulated, rank)]! / 1000;
  return {
    mean: counts.mean / 1000,
    min: at(0),
    max: at(n - 1),
    std: n > 1 ? Math.sqrt(squares / (n - 1)) / 1000 : null,
    ...eachQuantile((permille) => at(quantileRank(permille, n))),
  };
}

/** Index of the first number greater than `rank` in an ascending list. */
function firstAbove(ascending: number[], rank: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! > rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

function eachQuantile(of: (permille: number) => number): Quantiles {
  const entries = Object.entries(PERMILLES).map(([name, permille]) => [name, of(permille)]);
  return Object.fromEntries(entries) as Quantiles;
}
