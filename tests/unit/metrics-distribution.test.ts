import { expect, test } from "bun:test";
import fc from "fast-check";
import { distributionOf, distributionOfCounts } from "../../src/metrics/distribution.ts";
import { MicroCounts } from "../../src/metrics/quantile.ts";

test("known values", () => {
  const of = distributionOf(Float64Array.of(4, 2, 8, 6));
  expect(of).toMatchObject({ mean: 5, min: 2, max: 8, p1: 2, p25: 2, p50: 4, p75: 6, p90: 8, p99: 8 });
  expect(of?.std).toBeCloseTo(Math.sqrt(20 / 3), 12);
});

test("one value has no std, none has nothing", () => {
  expect(distributionOf(Float64Array.of(3))).toMatchObject({ mean: 3, std: null, p1: 3, p99: 3 });
  expect(distributionOf(new Float64Array())).toBeNull();
  expect(distributionOfCounts(new MicroCounts())).toBeNull();
  const one = new MicroCounts();
  one.add(1500);
  expect(distributionOfCounts(one)).toMatchObject({ mean: 1.5, std: null, p50: 1.5 });
});

test("std does not drown in large values", () => {
  const of = distributionOf(Float64Array.of(1e9 + 1, 1e9 + 2, 1e9 + 3));
  expect(of?.std).toBeCloseTo(1, 9);
});

test("counted microseconds say the same as the list of them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(3_000_000), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 100 }),
      (values) => {
        const counts = new MicroCounts();
        const list: number[] = [];
        for (const [value, weight] of values) {
          counts.add(value, weight);
          for (let i = 0; i < weight; i++) list.push(value / 1000);
        }
        const fromCounts = distributionOfCounts(counts)!;
        const fromList = distributionOf(Float64Array.from(list))!;
        for (const name of ["min", "p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "max"] as const) {
          expect(fromCounts[name]).toBe(fromList[name]);
        }
        expect(fromCounts.mean).toBeCloseTo(fromList.mean, 6);
        if (fromList.std === null) expect(fromCounts.std).toBeNull();
        else expect(fromCounts.std).toBeCloseTo(fromList.std, 6);
      },
    ),
    { numRuns: 30 },
  );
});
