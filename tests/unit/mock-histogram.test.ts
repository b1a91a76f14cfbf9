import { expect, test } from "bun:test";
import fc from "fast-check";
import { Histogram } from "../../src/mock/histogram.ts";

function quantile(sorted: number[], permille: number): number {
  return sorted[Math.ceil((permille * sorted.length) / 1000) - 1]!;
}

test("nothing counted is null, not 0", () => {
  expect(new Histogram().spread()).toEqual({ p50: null, p90: null, p99: null, max: null, count: 0 });
});

test("percentiles are exact below 16.384 ms and within 1/8192 above, never below the truth", () => {
  const values = fc.array(fc.oneof(fc.nat(16_383), fc.nat(5_000_000), fc.nat(4_000_000_000)), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(
    fc.property(values, (micros) => {
      const histogram = new Histogram();
      for (const value of micros) histogram.add(value / 1000);
      const sorted = micros.toSorted((a, b) => a - b);
      const spread = histogram.spread();
      for (const [permille, got] of [
        [500, spread.p50],
        [900, spread.p90],
        [990, spread.p99],
      ] as const) {
        const truth = quantile(sorted, permille);
        expect(got! * 1000).toBeGreaterThanOrEqual(truth - 1e-6);
        expect(got! * 1000 - truth).toBeLessThanOrEqual(truth < 16_384 ? 1e-6 : truth / 8192);
      }
      expect(spread.max).toBe(sorted.at(-1)! / 1000);
      expect(spread.count).toBe(micros.length);
    }),
  );
});

test("a value may be counted many times at once, and all is forgotten on clear", () => {
  const histogram = new Histogram();
  histogram.add(1, 99);
  histogram.add(2);
  expect(histogram.spread()).toEqual({ p50: 1, p90: 1, p99: 1, max: 2, count: 100 });
  histogram.clear();
  histogram.add(3);
  expect(histogram.spread()).toEqual({ p50: 3, p90: 3, p99: 3, max: 3, count: 1 });
});

test("what is longer than the last bucket, or negative, stays inside", () => {
  const histogram = new Histogram();
  histogram.add(1e12);
  histogram.add(-1);
  expect(histogram.spread()).toMatchObject({ p50: 0, max: (2 ** 32 - 1) / 1000, count: 2 });
});
