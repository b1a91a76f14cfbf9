import { expect, test } from "bun:test";
import fc from "fast-check";
import { MicroCounts, quantile, quantileRank } from "../../src/metrics/quantile.ts";

test("the rank is ceil(k n / 1000) - 1 in exact arithmetic, for any size", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 2 ** 40 }), (permille, n) => {
      const exact = (BigInt(permille) * BigInt(n) + 999n) / 1000n - 1n;
      expect(BigInt(quantileRank(permille, n))).toBe(exact);
    }),
  );
});

test("a quantile is a value that occurs, with as many at or below it as it says", () => {
  fc.assert(
    fc.property(
      fc.float64Array({ minLength: 1, maxLength: 300, noNaN: true }),
      fc.integer({ min: 1, max: 1000 }),
      (values, permille) => {
        const sorted = values.toSorted();
        const found = quantile(sorted, permille);
        const below = sorted.filter((value) => value < found).length;
        const upTo = sorted.filter((value) => value <= found).length;
        expect(1000 * upTo).toBeGreaterThanOrEqual(permille * sorted.length);
        expect(1000 * below).toBeLessThan(permille * sorted.length);
      },
    ),
  );
});

test("small numbers of values", () => {
  expect(quantile(Float64Array.of(7), 10)).toBe(7);
  expect(quantile(Float64Array.of(7), 990)).toBe(7);
  expect(quantile(Float64Array.of(1, 2), 500)).toBe(1);
  expect(quantile(Float64Array.of(1, 2), 501)).toBe(2);
  expect(
    quantile(
      Float64Array.from({ length: 50 }, (_, i) => i),
      990,
    ),
  ).toBe(49);
  expect(
    quantile(
      Float64Array.from({ length: 100 }, (_, i) => i),
      990,
    ),
  ).toBe(98);
});

test("counts hold every value once and in order, below and above the dense part", () => {
  const micros = fc.oneof(fc.nat(50), fc.nat(2 ** 20 + 50), fc.nat(2 ** 40));
  fc.assert(
    fc.property(fc.array(fc.tuple(micros, fc.integer({ min: 1, max: 9 })), { maxLength: 200 }), (values) => {
      const counts = new MicroCounts();
      const expected = new Map<number, number>();
      for (const [value, weight] of values) {
        counts.add(value, weight);
        expected.set(value, (expected.get(value) ?? 0) + weight);
      }
      expect([...counts.entries()]).toEqual([...expected].toSorted(([a], [b]) => a - b));
      expect(counts.count).toBe(values.reduce((sum, [, weight]) => sum + weight, 0));
    }),
    // Each run scans the dense part of a million slots.
    { numRuns: 30 },
  );
});

test("parts of a microsecond are rounded in the counts and kept in the mean", () => {
  const counts = new MicroCounts();
  counts.add(10 / 3, 3);
  counts.add(2.5);
  expect([...counts.entries()]).toEqual([[3, 4]]);
  expect(counts.mean).toBeCloseTo(12.5 / 4, 12);
});
