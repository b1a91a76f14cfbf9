import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { enginesFor, type Stage, shareOf, stagesOf } from "../../src/load/stages.ts";

describe("stagesOf", () => {
  const levels = [
    { parallel: 1, number: 10 },
    { parallel: 8, number: 80 },
  ];

  test("each level is its warm-up and then its own requests, numbered through", () => {
    expect(stagesOf(levels, 5)).toEqual([
      { index: 0, phase: "warmup", level: 0, repeat: 0, parallel: 1, number: 5 },
      { index: 1, phase: "measure", level: 0, repeat: 0, parallel: 1, number: 10 },
      { index: 2, phase: "warmup", level: 1, repeat: 0, parallel: 8, number: 5 },
      { index: 3, phase: "measure", level: 1, repeat: 0, parallel: 8, number: 80 },
    ]);
  });

  test("no warm-up, a whole number, a share of each level's number rounded up", () => {
    const warmups = (warmup: number) =>
      stagesOf(levels, warmup).flatMap(({ phase, number }) => (phase === "warmup" ? [number] : []));
    expect(warmups(0)).toEqual([]);
    expect(warmups(1)).toEqual([1, 1]);
    expect(warmups(0.25)).toEqual([3, 20]);
    expect(warmups(0.001)).toEqual([1, 1]);
  });
});

describe("shareOf", () => {
  const count = fc.integer({ min: 1, max: 300 });

  test("shares add up to the whole, are alike, and nobody has requests without a slot to send them", () => {
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 16 }), (parallel, number, engines) => {
        const stage: Stage = { index: 0, phase: "measure", level: 0, repeat: 0, parallel, number };
        const shares = Array.from({ length: engines }, (_, engine) => shareOf(stage, engine, engines));
        const sum = (of: "slots" | "quota") => shares.reduce((total, share) => total + share[of], 0);
        expect(sum("slots")).toBe(parallel);
        expect(sum("quota")).toBe(number);
        for (const { slots, quota } of shares) if (quota > 0) expect(slots).toBeGreaterThan(0);
        const active = shares.filter(({ slots }) => slots > 0);
        const spread = (of: "slots" | "quota") =>
          Math.max(...active.map((share) => share[of])) - Math.min(...active.map((share) => share[of]));
        expect(spread("slots")).toBeLessThanOrEqual(1);
        expect(spread("quota")).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("a quota is the count of the arrivals k with k mod N", () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 16 }), (number, engines) => {
        const stage: Stage = { index: 0, phase: "measure", level: 0, repeat: 0, parallel: 64, number };
        for (let engine = 0; engine < engines; engine++) {
          const own = Array.from({ length: number }, (_, k) => k).filter((k) => k % engines === engine);
          expect(shareOf(stage, engine, engines).quota).toBe(own.length);
        }
      }),
    );
  });
});

describe("enginesFor", () => {
  const levelsOf = (...parallel: number[]) => parallel.map((slots) => ({ parallel: slots, number: 1 }));

  test("one for each 1,500 requests at once of the largest level, at most one a core", () => {
    expect(enginesFor(levelsOf(1), null, 8)).toBe(1);
    expect(enginesFor(levelsOf(1500), null, 8)).toBe(1);
    expect(enginesFor(levelsOf(1501), null, 8)).toBe(2);
    expect(enginesFor(levelsOf(1, 10_000, 64), null, 8)).toBe(7);
    expect(enginesFor(levelsOf(10_000), null, 2)).toBe(2);
  });

  test("as many as were asked for, but never more than slots", () => {
    expect(enginesFor(levelsOf(64), 4, 2)).toBe(4);
    expect(enginesFor(levelsOf(3, 2), 4, 8)).toBe(3);
    expect(enginesFor(levelsOf(1), 16, 8)).toBe(1);
  });
});
