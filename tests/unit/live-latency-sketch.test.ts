import { expect, test } from "bun:test";
import fc from "fast-check";
import { LatencySketch } from "../../src/live/latency-sketch.ts";

/** The exact figure: sorted[ceil(k n / 1000) - 1]. */
function exact(values: number[], permille: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((permille * sorted.length) / 1000)) - 1] as number;
}

function sketchOf(values: number[]): LatencySketch {
  const sketch = new LatencySketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

test("nothing added has no quantile", () => {
  expect(new LatencySketch().quantile(0.5)).toBeNull();
});

test("every quantile lies within 1% of the exact one", () => {
  const latencies = fc.array(fc.double({ min: 0.001, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(latencies, fc.integer({ min: 0, max: 1000 }), (values, permille) => {
      const want = exact(values, permille);
      const got = sketchOf(values).quantile(permille / 1000) as number;
      expect(Math.abs(got - want)).toBeLessThanOrEqual(want * 0.01 * (1 + 1e-9));
    }),
  );
});

test("one value comes back as itself", () => {
  expect(sketchOf([123.4]).quantile(0.5)).toBe(123.4);
});

test("the rank does not slip where q n is a whole number that floats miss", () => {
  const values = Array.from({ length: 100 }, (_, i) => (i < 7 ? 10 : 1000));
  expect(sketchOf(values).quantile(0.07)).toBeCloseTo(10, 0);
});

test("values beyond the range count at its ends and NaN does not count", () => {
  const sketch = sketchOf([Number.NaN, -5, 0, Number.POSITIVE_INFINITY]);
  expect(sketch.quantile(0)).toBe(0.001);
  expect(sketch.quantile(0.67)).toBe(1e8);
  expect(sketch.quantile(0.66)).toBe(0.001);
});
