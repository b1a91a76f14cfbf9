import { expect, test } from "bun:test";
import fc from "fast-check";
import { meanInterval, relativeHalfWidth } from "../../src/metrics/intervals.ts";
import { studentT } from "../../src/metrics/student.ts";

test("t is what the tables say", () => {
  const table: [number, number, number][] = [
    [1, 0.95, 12.7062],
    [2, 0.95, 4.30265],
    [4, 0.95, 2.77645],
    [9, 0.95, 2.26216],
    [30, 0.95, 2.04227],
    [1000, 0.95, 1.96234],
    [5, 0.99, 4.03214],
  ];
  for (const [freedom, level, t] of table) expect(studentT(freedom, level)).toBeCloseTo(t, 4);
});

test("three runs: mean, deviation by n - 1, and the interval by hand", () => {
  const interval = meanInterval([10, 12, 14])!;
  expect(interval).toMatchObject({ n: 3, mean: 12, std: 2 });
  expect(interval.half_width).toBeCloseTo((4.302653 * 2) / Math.sqrt(3), 4);
  expect(relativeHalfWidth(interval)).toBeCloseTo(interval.half_width! / 12, 9);
});

test("one run bears out nothing, none is nothing", () => {
  expect(meanInterval([])).toBeNull();
  expect(meanInterval([5])).toEqual({ n: 1, mean: 5, std: null, half_width: null });
  expect(relativeHalfWidth(meanInterval([5])!)).toBeNull();
  expect(relativeHalfWidth(meanInterval([5, 5])!)).toBe(0);
  expect(relativeHalfWidth(meanInterval([-1, 1])!)).toBeNull();
});

test("the interval holds the true mean of normal runs about 95 times in 100", () => {
  let state = 11;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  let held = 0;
  for (let k = 0; k < 2000; k++) {
    const { mean, half_width } = meanInterval([normal(), normal(), normal(), normal()])!;
    if (Math.abs(mean) <= half_width!) held++;
  }
  expect(held / 2000).toBeGreaterThan(0.93);
  expect(held / 2000).toBeLessThan(0.97);
});

test("it scales with the figure's unit", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 9 }), (values) => {
      const one = meanInterval(values)!;
      const thousand = meanInterval(values.map((value) => value * 1000))!;
      expect(thousand.half_width! / 1000).toBeCloseTo(one.half_width!, 6);
    }),
  );
});
