import { expect, test } from "bun:test";
import fc from "fast-check";
import { nextPeakStep, type Peak, type ScoredLoad } from "../../src/search/peak.ts";
import type { LoadRange } from "../../src/search/range.ts";

const WIDE: LoadRange = { start: 1, lowest: 1, highest: 4096, precision: 0.05, whole: true };

function search(range: LoadRange, score: (load: number) => number | null): { peak: Peak; tried: number } {
  const tried: ScoredLoad[] = [];
  for (;;) {
    const step = nextPeakStep(range, tried);
    if (step.kind === "done") return { peak: step.peak, tried: tried.length };
    expect(tried.some(({ load }) => load === step.load)).toBe(false);
    if (tried.length > 500) throw new Error("the search does not end");
    tried.push({ load: step.load, score: score(step.load) });
  }
}

test("the top of a score that rises and falls is found, wherever it starts", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 1, max: 4096 }), (top, start) => {
      const { peak, tried } = search({ ...WIDE, start }, (load) => -Math.abs(Math.log(load / top)));
      expect(Math.abs(peak!.load - top)).toBeLessThanOrEqual(Math.max(1, 0.06 * top));
      expect(tried).toBeLessThanOrEqual(40);
    }),
  );
});

test("a score that only rises ends at the bound, and says so", () => {
  expect(search(WIDE, (load) => load).peak).toEqual({ load: 4096, score: 4096, edge: "highest" });
  expect(search({ ...WIDE, start: 64 }, (load) => -load).peak).toEqual({ load: 1, score: -1, edge: "lowest" });
});

test("where nothing comes into question there is no peak; where only low loads do, the best of them", () => {
  expect(search({ ...WIDE, start: 64 }, () => null).peak).toBeNull();
  expect(search({ ...WIDE, start: 64 }, (load) => (load <= 10 ? load : null)).peak?.load).toBe(10);
});

test("any score at all: it ends with the best that was seen", () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))), (stream) => {
      const seen: number[] = [];
      const { peak } = search(WIDE, () => {
        const score = stream.next().value as number | null;
        if (score !== null) seen.push(score);
        return score;
      });
      if (seen.length === 0) expect(peak).toBeNull();
      else expect(peak!.score).toBe(Math.max(...seen));
    }),
  );
});
