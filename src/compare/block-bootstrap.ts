import type { Stat } from "../config/plan.ts";
import { Prng } from "../tokens/prng.ts";

/** One figure of a run's requests, ascending in time. */
export interface TimedValues {
  /** When each was sent, seconds. */
  at: Float64Array;
  values: Float64Array;
}

/** What is estimated: a part of a distribution, or the sum of the values a second. */
export type Statistic = Extract<Stat, "mean" | `p${number}`> | "rate";

interface BlockErrors {
  blocks: number;
  /** Standard deviations over the draws, of logarithms where `log`; null: draws in which it is not above 0. */
  errors: Partial<Record<Statistic, number | null>>;
}

const LEAST_BLOCKS = 8;
/** Values beyond a percentile; with fewer the draws repeat the same few. */
const LEAST_BEYOND = 5;
const MOST_DRAWS = 500;
const LEAST_DRAWS = 100;
/** Values looked at in all draws of one figure: bounds a run of a million requests to about a second. */
const WORK = 40_000_000;
const LEAST_LATENCIES = 2;

/**
 * Seconds of a block, from how long a request stays: requests that are in flight together are not independent. With m
 * stays in the run a block holds m^(1/3) of them, the order that is best for a mean (Künsch 1989), and at least two.
 */
export function blockSeconds(spanS: number, latencyS: number): number {
  const stays = latencyS === 0 ? 1 : spanS / latencyS;
  return latencyS * Math.max(LEAST_LATENCIES, Math.cbrt(stays));
}

/**
 * Standard errors of figures of one run: moving blocks of time are drawn with replacement until they make a run as long
 * as the true one, each time the figures are computed, and their spread is the error. Says nothing of how one run
 * differs from the next. null: the run has fewer than eight blocks.
 *
 * Costs draws x values, in flat memory; the sort is done once.
 */
export function blockErrors(
  { at, values }: TimedValues,
  blockS: number,
  { statistics, log, seed }: { statistics: Statistic[]; log: boolean; seed: number },
): BlockErrors | null {
  const n = at.length;
  const start = at[0] ?? 0;
  const span = (at[n - 1] ?? 0) - start;
  const blocks = Math.floor(span / blockS);
  if (!(blockS > 0) || blocks < LEAST_BLOCKS) return null;
  const order = Uint32Array.from(at.keys()).sort((i, j) => values[i]! - values[j]!);
  const possible = statistics.filter((statistic) => enough(statistic, n));
  const draws = Math.max(LEAST_DRAWS, Math.min(MOST_DRAWS, Math.floor(WORK / n)));
  const drawn = new Map(possible.map((statistic) => [statistic, [] as number[]]));
  const random = new Prng(seed);
  const weights = new Int32Array(n + 1);
  for (let draw = 0; draw < draws; draw++) {
    weights.fill(0);
    for (let block = 0; block < blocks; block++) {
      const from = start + (random.uint32() / 2 ** 32) * (span - blockS);
      weights[firstFrom(at, from)]! += 1;
      weights[firstFrom(at, from + blockS)]! -= 1;
    }
    // Begins of blocks less their ends, summed up: how many blocks hold a request.
    for (let i = 1; i <= n; i++) weights[i]! += weights[i - 1]!;
    const figures = weighted(values, order, weights, possible, blocks * blockS);
    figures.forEach((figure, i) => {
      drawn.get(possible[i]!)!.push(log ? Math.log(figure) : figure);
    });
  }
  const errors = [...drawn].map(([statistic, figures]) => [statistic, deviation(figures)]);
  return { blocks, errors: Object.fromEntries(errors) };
}

function enough(statistic: Statistic, n: number): boolean {
  if (statistic === "mean" || statistic === "rate") return true;
  const share = Number(statistic.slice(1)) / 100;
  return n * Math.min(share, 1 - share) >= LEAST_BEYOND - 1e-9;
}

/** Figures of the values, each counted as often as its weight says. */
function weighted(
  values: Float64Array,
  order: Uint32Array,
  weights: Int32Array,
  statistics: Statistic[],
  spanS: number,
): number[] {
  let count = 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    count += weights[i]!;
    sum += weights[i]! * values[i]!;
  }
  const ranks = statistics.map((statistic) => {
    if (statistic === "mean" || statistic === "rate") return null;
    return Math.max(1, Math.ceil((Number(statistic.slice(1)) * count) / 100));
  });
  const found = statistics.map((statistic) => (statistic === "rate" ? sum / spanS : sum / count));
  const rising = [...ranks.keys()].filter((i) => ranks[i] !== null).sort((i, j) => ranks[i]! - ranks[j]!);
  let below = 0;
  let next = 0;
  for (let i = 0; i < order.length && next < rising.length; i++) {
    below += weights[order[i]!]!;
    while (next < rising.length && below >= ranks[rising[next]!]!) found[rising[next++]!] = values[order[i]!]!;
  }
  return found;
}

function deviation(figures: number[]): number | null {
  if (figures.some((figure) => !Number.isFinite(figure))) return null;
  const mean = figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
  return Math.sqrt(figures.reduce((sum, figure) => sum + (figure - mean) ** 2, 0) / (figures.length - 1));
}

/** Place of the first time that is not before `time`. */
function firstFrom(at: Float64Array, time: number): number {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
