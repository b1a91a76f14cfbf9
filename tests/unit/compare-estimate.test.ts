import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { answerOf } from "../../src/compare/answer.ts";
import { differenceOf, type FigureOfSide, pairedDifference } from "../../src/compare/difference.ts";
import { estimateOf, intervalOf, welch } from "../../src/compare/estimate.ts";
import { shareDifference, wilson } from "../../src/compare/share-interval.ts";
import { normal, RATIO } from "./compare-fixture.ts";

const side = (...values: (number | null)[]): FigureOfSide => ({ values, within: () => null, count: null });

/** Share of `times` simulated comparisons in which `happens`. */
function shareOf(times: number, happens: (seed: number) => boolean): number {
  let n = 0;
  for (let seed = 1; seed <= times; seed++) if (happens(seed)) n++;
  return n / times;
}

/** Runs of a figure about `mean` with a spread of `cv`. */
function runs(count: number, mean: number, cv: number, draw: () => number): number[] {
  return Array.from({ length: count }, () => mean * Math.exp(cv * draw()));
}

describe("the difference of runs", () => {
  test("Welch's degrees of freedom: all of them where the sides spread alike, those of the wide side where not", () => {
    const narrow = estimateOf([99.999, 100, 100.001])!;
    const wide = estimateOf([90, 100, 110, 120])!;
    expect(welch(wide, estimateOf([190, 200, 210, 220])!)).toMatchObject({ value: 100, freedom: expect.closeTo(6, 9) });
    const difference = welch(narrow, wide);
    expect(difference.freedom).toBeCloseTo(3, 5);
    // t(3) is 3.182 at 95%; the standard error is 12.91 / 2.
    expect(intervalOf(difference, 0.95).high - difference.value).toBeCloseTo(3.1824 * 6.455, 2);
  });

  test("equal services are called different no more often than agreed", () => {
    const draw = normal(3);
    const alarms = shareOf(2000, () => {
      const { interval } = differenceOf(side(...runs(4, 100, 0.1, draw)), side(...runs(4, 100, 0.1, draw)), RATIO);
      return interval!.low > 0 || interval!.high < 0;
    });
    expect(alarms).toBeGreaterThan(0.025);
    expect(alarms).toBeLessThan(0.07);
  });

  test("so too where the spreads differ, and a single run is held against several", () => {
    const draw = normal(4);
    const alarms = shareOf(2000, () => {
      const { interval } = differenceOf(side(...runs(6, 100, 0.02, draw)), side(...runs(3, 100, 0.15, draw)), RATIO);
      return interval!.low > 0 || interval!.high < 0;
    });
    expect(alarms).toBeLessThan(0.08);
    const single = shareOf(2000, () => {
      const { interval, basis } = differenceOf(side(...runs(5, 9, 0.1, draw)), side(...runs(1, 9, 0.1, draw)), RATIO);
      expect(basis).toBe("one-side");
      return interval!.low > 0 || interval!.high < 0;
    });
    expect(single).toBeGreaterThan(0.025);
    expect(single).toBeLessThan(0.07);
  });

  test("what it says it would see it sees four times of five", () => {
    const draw = normal(5);
    const cv = 0.05;
    // Of a comparison whose spread is exactly cv.
    const exact = [1, -1, 1, -1].map((sign) => 100 * Math.exp(((sign * cv) / Math.sqrt(4 / 3)) * 1));
    const { detectable } = differenceOf(side(...exact), side(...exact), RATIO);
    const seen = shareOf(1500, () => {
      const slower = runs(4, 100 * (1 + detectable!), cv, draw);
      return differenceOf(side(...runs(4, 100, cv, draw)), side(...slower), RATIO).interval!.low > 0;
    });
    expect(seen).toBeGreaterThan(0.7);
    expect(seen).toBeLessThan(0.9);
  });

  test("a ratio and its inverse are told alike", () => {
    const values = fc.array(fc.double({ min: 50, max: 200, noNaN: true }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const there = differenceOf(side(...a), side(...b), RATIO).interval!;
        const back = differenceOf(side(...b), side(...a), RATIO).interval!;
        expect((1 + there.low) * (1 + back.high)).toBeCloseTo(1, 6);
        expect(there.low).toBeLessThanOrEqual(there.high);
      }),
    );
  });

  test("what is not there, or is 0, has no answer and says why", () => {
    expect(differenceOf(side(null), side(1, 2), RATIO)).toMatchObject({ answer: "inconclusive", interval: null });
    expect(differenceOf(side(null), side(1, 2), RATIO).reason).toContain("not measured");
    expect(differenceOf(side(0, 1), side(1, 2), RATIO).reason).toContain("0");
    expect(differenceOf(side(1), side(2), RATIO)).toMatchObject({ ratio: 2, difference: 1, basis: null });
    expect(pairedDifference([{ a: 1, b: 2 }], RATIO).reason).toContain("one pair");
  });
});

describe("the answer", () => {
  test("better, worse, same, inconclusive", () => {
    const answer = (low: number, high: number) => answerOf({ low, high }, 0.05, "lower");
    expect([answer(0.1, 0.2), answer(-0.2, -0.1), answer(-0.01, 0.02), answer(-0.1, 0.2)]).toEqual([
      "worse",
      "better",
      "same",
      "inconclusive",
    ]);
    // Surely there, and surely too small to matter.
    expect(answer(0.01, 0.02)).toBe("same");
    expect(answer(0.01, 0.08)).toBe("worse");
    expect(answerOf({ low: 0.1, high: 0.2 }, 0.05, "higher")).toBe("better");
  });
});

describe("shares", () => {
  test("Wilson's interval: a known value, and never empty", () => {
    expect(wilson({ part: 81, of: 263 }, 0.95)).toMatchObject({
      low: expect.closeTo(0.2553, 4),
      high: expect.closeTo(0.3662, 4),
    });
    expect(wilson({ part: 50, of: 50 }, 0.95).low).toBeLessThan(0.95);
  });

  test("Newcombe's difference: his own example", () => {
    // Newcombe 1998, table II: 56/70 - 48/80 gives 0.0524 to 0.3339.
    const interval = shareDifference({ part: 48, of: 80 }, { part: 56, of: 70 }, 0.95)!;
    expect(interval.low).toBeCloseTo(0.0524, 4);
    expect(interval.high).toBeCloseTo(0.3339, 4);
    expect(shareDifference({ part: 0, of: 0 }, { part: 1, of: 1 }, 0.95)).toBeNull();
  });

  test("runs without a failure do not prove that there never is one", () => {
    const count = { part: 100, of: 100 };
    const all = { values: [1, 1], within: () => null, count };
    const { interval, answer } = differenceOf(all, all, { ...RATIO, scale: "points", better: "higher", margin: 0.01 });
    expect(interval!.high).toBeGreaterThan(0.01);
    expect(answer).toBe("inconclusive");
  });

  test("an interval of one estimate without spread is a point", () => {
    expect(intervalOf({ value: 2, error: 0, freedom: 1 }, 0.99)).toEqual({ low: 2, high: 2 });
  });
});
