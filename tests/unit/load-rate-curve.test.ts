import { expect, test } from "bun:test";
import fc from "fast-check";
import { readRate } from "../../src/config/rate.ts";
import { courseText, RateCurve } from "../../src/load/rate-curve.ts";

test("an even rate", () => {
  const curve = new RateCurve([{ from: 20, to: 20, overS: null }]);
  expect(curve.timeOf(0)).toBe(0);
  expect(curve.timeOf(30)).toBeCloseTo(1.5, 12);
  expect(curve.countAt(1.5)).toBeCloseTo(30, 12);
});

test("a rate that rises from 10 to 100 in 60 s, and stays there", () => {
  const curve = new RateCurve([{ from: 10, to: 100, overS: 60 }]);
  expect(curve.countAt(60)).toBeCloseTo(3300, 9);
  expect(curve.timeOf(3300)).toBeCloseTo(60, 9);
  expect(curve.timeOf(3400)).toBeCloseTo(61, 9);
  expect(curve.countAt(30)).toBeCloseTo(10 * 30 + (90 / 60) * 450, 9);
});

test("a rate that has fallen to nothing brings no more arrivals", () => {
  const curve = new RateCurve([{ from: 10, to: 0, overS: 10 }]);
  expect(curve.timeOf(49)).toBeLessThan(10);
  expect(curve.timeOf(51)).toBe(Number.POSITIVE_INFINITY);
});

test("the two ways undo each other, over any course, and time never goes back", () => {
  const rate = fc.double({ min: 0.1, max: 1000, noNaN: true });
  const segment = fc.record({ from: rate, to: rate, overS: fc.double({ min: 0.1, max: 100, noNaN: true }) });
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), fc.array(fc.nat(20_000)), (segments, counts) => {
      const curve = new RateCurve(segments);
      let last = 0;
      for (const count of counts.toSorted((a, b) => a - b)) {
        const time = curve.timeOf(count);
        expect(time).toBeGreaterThanOrEqual(last);
        expect(Math.abs(curve.countAt(time) - count)).toBeLessThan(1e-6 * Math.max(1, count));
        last = time;
      }
    }),
  );
});

test("a course as people write it; of a long one the first stretches and the last; one rate all along is no course", () => {
  const text = (rate: string) => courseText(readRate(rate)!);
  for (const rate of ["0-100:60s", "10:2s+60:3s+0-20:2s", "10:30s+50", "0.5-1:5s+1:9s"]) expect(text(rate)).toBe(rate);
  expect(text("10:1m+20:1m+30:1m+40:1m")).toBe("10:60s+20:60s+…+40:60s");
  expect(["20", "20:30s", "20:30s+20"].map(text)).toEqual([null, null, null]);
});
