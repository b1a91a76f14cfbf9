/** Whether a series grows over time. */
export interface Trend {
  /** Chance of so clear a growth in a series without any; one-sided. */
  p: number;
  /** Per step, by Theil and Sen: the median of all slopes between two points. */
  slope: number;
}

/**
 * Mann-Kendall's test for growth (Mann 1945, Kendall 1975) with the correction for ties, and the slope of Sen (1968).
 * It asks for the order of the values alone, so one slow second does not make a trend. null: fewer than four values.
 */
export function trendOf(values: number[]): Trend | null {
  const n = values.length;
  if (n < 4) return null;
  let s = 0;
  const slopes: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const rise = values[j]! - values[i]!;
      s += Math.sign(rise);
      slopes.push(rise / (j - i));
    }
  }
  slopes.sort((a, b) => a - b);
  const variance = (n * (n - 1) * (2 * n + 5) - tied(values)) / 18;
  // A step of one towards 0: s is whole, the normal curve is not.
  const z = variance <= 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
  return { p: upperTail(z), slope: median(slopes) };
}

function tied(values: number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].reduce((sum, t) => sum + t * (t - 1) * (2 * t + 5), 0);
}

function median(sorted: number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** P(Z > z) of the standard normal; Abramowitz and Stegun 26.2.17, off by less than 1e-7. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const factors = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153];
  const polynomial = factors.reduce((sum, factor) => (sum + factor) * t, 0);
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return z >= 0 ? tail : 1 - tail;
}
