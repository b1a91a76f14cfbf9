import { studentT } from "./student.ts";
import type { MeanInterval } from "./summary-model.ts";

const LEVEL = 0.95;

/**
 * The mean of a figure over runs, and how well they bear it out. The runs are the sample, not their requests: requests
 * of one run share whatever good or bad luck that run had. null: there are no values.
 */
export function meanInterval(values: number[]): MeanInterval | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, std: null, half_width: null };
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { n, mean, std, half_width: (studentT(n - 1, LEVEL) * std) / Math.sqrt(n) };
}

/** Half the interval as a share of the mean; null: one run, or a mean of 0 with any spread about it. */
export function relativeHalfWidth({ mean, half_width }: MeanInterval): number | null {
  if (half_width === null) return null;
  if (half_width === 0) return 0;
  return mean === 0 ? null : half_width / Math.abs(mean);
}
