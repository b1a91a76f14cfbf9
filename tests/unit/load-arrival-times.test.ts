import { expect, test } from "bun:test";
import { type ArrivalPattern, arrivalTimes } from "../../src/load/arrival-times.ts";
import { RateCurve } from "../../src/load/rate-curve.ts";

const N = 20_000;

function drawn(pattern: ArrivalPattern, rate: number, seed = 1, n = N): number[] {
  return [...arrivalTimes(pattern, new RateCurve([{ from: rate, to: rate, overS: null }]), seed).take(n)];
}

function gapsOf(times: number[]): number[] {
  return times.map((time, index) => time - (times[index - 1] ?? 0));
}

function moments(values: number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1) };
}

/** Kolmogorov and Smirnov's greatest distance between what was drawn and a distribution function, times sqrt(n). */
function ksDistance(values: number[], cdf: (x: number) => number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  return Math.sqrt(n) * Math.max(...sorted.map((x, i) => Math.max((i + 1) / n - cdf(x), cdf(x) - i / n)));
}

/** Above it the hypothesis falls at p = 0.01. */
const KS_LIMIT = 1.628;

test("constant: one after the other, the first at once", () => {
  expect(drawn({ kind: "constant" }, 4, 1, 5)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test("Poisson's gaps are exponential", () => {
  const gaps = gapsOf(drawn({ kind: "poisson" }, 200));
  expect(ksDistance(gaps, (x) => 1 - Math.exp(-200 * x))).toBeLessThan(KS_LIMIT);
});

test("a gamma of shape 1 is Poisson's", () => {
  const gaps = gapsOf(drawn({ kind: "gamma", shape: 1 }, 50));
  expect(ksDistance(gaps, (x) => 1 - Math.exp(-50 * x))).toBeLessThan(KS_LIMIT);
});

test.each([0.25, 0.5, 2, 10])(
  "a gamma of shape %p keeps the rate, and its variance is the mean squared by it",
  (shape) => {
    const { mean, variance } = moments(gapsOf(drawn({ kind: "gamma", shape }, 100)));
    // Five standard errors of the mean, and of the variance of such a gamma.
    expect(Math.abs(mean * 100 - 1)).toBeLessThan(5 / Math.sqrt(shape * N));
    expect(Math.abs(variance * 100 ** 2 * shape - 1)).toBeLessThan(5 * Math.sqrt((2 + 6 / shape) / N));
  },
);

test("the same seed draws the same times, another one others", () => {
  expect(drawn({ kind: "poisson" }, 10, 7, 100)).toEqual(drawn({ kind: "poisson" }, 10, 7, 100));
  expect(drawn({ kind: "poisson" }, 10, 7, 100)).not.toEqual(drawn({ kind: "poisson" }, 10, 8, 100));
});

test("along a rising rate the count follows the curve", () => {
  const curve = new RateCurve([{ from: 10, to: 100, overS: 60 }]);
  const times = [...arrivalTimes({ kind: "poisson" }, curve, 3).take(3300)];
  for (const at of [15, 30, 45]) {
    const due = times.filter((time) => time <= at).length;
    expect(Math.abs(due - curve.countAt(at))).toBeLessThan(5 * Math.sqrt(curve.countAt(at)));
  }
});

test("it ends where the rate has fallen to nothing", () => {
  const curve = new RateCurve([{ from: 10, to: 0, overS: 10 }]);
  expect([...arrivalTimes({ kind: "constant" }, curve, 1)].length).toBe(51);
});
