import { studentT } from "../metrics/student.ts";
import type { Interval, Scale } from "./comparison-model.ts";

/** A figure, or a difference of two, on the scale on which it is judged: logarithms for ratios, else itself. */
export interface Estimate {
  value: number;
  /** Standard error of `value`. */
  error: number;
  /** Degrees of freedom of `error`, at least 1. */
  freedom: number;
}

/** Found four times of five. */
const POWER = 0.8;

/** null: on the scale of ratios a figure must be above 0. */
export function onScale(value: number, scale: Scale): number | null {
  if (scale === "points") return value;
  return value > 0 ? Math.log(value) : null;
}

/** What a value on the scale means as a share of the baseline, or as points. */
export function offScale(value: number, scale: Scale): number {
  return scale === "points" ? value : Math.expm1(value);
}

/** The mean of values and its standard error, s / sqrt(n); null: fewer than two values have no spread. */
export function estimateOf(values: number[]): Estimate | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = meanOf(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { value: mean, error: Math.sqrt(variance / n), freedom: n - 1 };
}

/** b - a with the degrees of freedom of Welch and Satterthwaite. */
export function welch(a: Estimate, b: Estimate): Estimate {
  const [u, v] = [a.error ** 2, b.error ** 2];
  const spread = u ** 2 / a.freedom + v ** 2 / b.freedom;
  const freedom = spread === 0 ? Math.min(a.freedom, b.freedom) : (u + v) ** 2 / spread;
  return { value: b.value - a.value, error: Math.sqrt(u + v), freedom };
}

/**
 * A single run against several, as if it came from runs that spread as those do: Student's t with s * sqrt(1 + 1/n).
 * @param sign of the single one in the difference
 */
export function againstSpread(several: number[], single: number, sign: 1 | -1): Estimate | null {
  const estimate = estimateOf(several);
  if (estimate === null) return null;
  const error = estimate.error * Math.sqrt(several.length + 1);
  return { value: sign * (single - estimate.value), error, freedom: estimate.freedom };
}

/** Holds the truth with probability `confidence`, on the estimate's own scale. */
export function intervalOf({ value, error, freedom }: Estimate, confidence: number): Interval {
  const half = error === 0 ? 0 : studentT(freedom, confidence) * error;
  return { low: value - half, high: value + half };
}

/** The difference that would have been told from none four times of five, on the estimate's own scale. */
export function detectableBy({ error, freedom }: Estimate, confidence: number): number {
  return error === 0 ? 0 : (studentT(freedom, confidence) + studentT(freedom, 2 * POWER - 1)) * error;
}

export function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
