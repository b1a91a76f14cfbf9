import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { LevelConfig } from "../../src/config/run-config.ts";
import {
  enginesFor,
  mixedSeed,
  requestsOf,
  type Share,
  shareOf,
  slotsAtMost,
  stageSeed,
  stagesOf,
  windowOf,
} from "../../src/load/stages.ts";
import { CLOSED, closedLevel, rated, stageOf } from "./load-fixture.ts";

describe("stagesOf", () => {
  const levels = [closedLevel(1, 10), closedLevel(8, 80)];
  const warmup = (num: number, durationS: number | null = null) => ({ num, durationS });

  test("each level is its warm-up and then its own requests, numbered through", () => {
    expect(stagesOf(levels, warmup(5))).toEqual([
      stageOf({ index: 0, phase: "warmup", level: 0, parallel: 1, number: 5 }),
      stageOf({ index: 1, phase: "measure", level: 0, parallel: 1, number: 10 }),
      stageOf({ index: 2, phase: "warmup", level: 1, parallel: 8, number: 5 }),
      stageOf({ index: 3, phase: "measure", level: 1, parallel: 8, number: 80 }),
    ]);
  });

  test("no warm-up, a whole number, a share of each level's number rounded up", () => {
    const numbers = (num: number) =>
      stagesOf(levels, warmup(num)).flatMap(({ phase, number }) => (phase === "warmup" ? [number] : []));
    expect(numbers(0)).toEqual([]);
    expect(numbers(1)).toEqual([1, 1]);
    expect(numbers(0.25)).toEqual([3, 20]);
    expect(numbers(0.001)).toEqual([1, 1]);
  });

  test("a warm-up in time has the level's own load, all slots from the start, and no count unless one is given", () => {
    const ramped: LevelConfig = { parallel: 4, number: null, durationS: 60, shape: { kind: "closed", rampS: 20 } };
    expect(stagesOf([ramped], warmup(0, 7))).toEqual([
      stageOf({ phase: "warmup", parallel: 4, number: null, durationS: 7 }),
      stageOf({ index: 1, ...ramped }),
    ]);
    const open: LevelConfig = { parallel: null, number: 100, durationS: null, shape: rated(50) };
    expect(stagesOf([open], warmup(30, 7))[0]).toEqual(stageOf({ ...open, phase: "warmup", number: 30, durationS: 7 }));
  });
});

describe("shareOf", () => {
  const count = fc.integer({ min: 1, max: 300 });
  const slots = (share: Share) => share.slots ?? 0;
  const quota = (share: Share) => share.quota ?? 0;

  test("shares add up to the whole, are alike, and nobody has requests without a slot to send them", () => {
    fc.assert(
      fc.property(count, count, fc.integer({ min: 1, max: 16 }), (parallel, number, engines) => {
        const shares = Array.from({ length: engines }, (_, engine) => shareOf({ parallel, number }, engine, engines));
        const sum = (of: (share: Share) => number) => shares.reduce((total, share) => total + of(share), 0);
        expect(sum(slots)).toBe(parallel);
        expect(sum(quota)).toBe(number);
        for (const share of shares) if (quota(share) > 0) expect(slots(share)).toBeGreaterThan(0);
        const active = shares.filter((share) => slots(share) > 0);
        const spread = (of: (share: Share) => number) => Math.max(...active.map(of)) - Math.min(...active.map(of));
        expect(spread(slots)).toBeLessThanOrEqual(1);
        expect(spread(quota)).toBeLessThanOrEqual(1);
        for (const share of active) expect(share.engines).toBe(active.length);
      }),
    );
  });

  test("a quota is the count of the arrivals k with k mod N, slots or none", () => {
    fc.assert(
      fc.property(count, fc.integer({ min: 1, max: 16 }), fc.constantFrom(64, null), (number, engines, parallel) => {
        for (let engine = 0; engine < engines; engine++) {
          const own = Array.from({ length: number }, (_, k) => k).filter((k) => k % engines === engine);
          expect(shareOf({ parallel, number }, engine, engines).quota).toBe(own.length);
        }
      }),
    );
  });

  test("without a bound or a count there is none to share", () => {
    expect(shareOf({ parallel: null, number: null }, 1, 3)).toEqual({ slots: null, quota: null, turn: 1, engines: 3 });
    expect(shareOf({ parallel: 2, number: null }, 2, 3)).toEqual({ slots: 0, quota: 0, turn: 2, engines: 2 });
  });
});

test("inputs ahead: slots and some more; two seconds' worth of a rate, within bounds", () => {
  const share = (slots: number | null, engines = 1): Share => ({ slots, quota: null, turn: 0, engines });
  expect([0, 1, 64, 1000].map((slots) => windowOf(CLOSED, share(slots)))).toEqual([16, 17, 192, 1256]);
  expect([1, 100, 1e5].map((rate) => windowOf(rated(rate), share(null)))).toEqual([64, 200, 8192]);
  expect(windowOf(rated(400), share(8, 4))).toBe(200);
});

test("how many requests a stage has: its count, or what is due on average within its time; else nobody knows", () => {
  const shape = rated(50);
  expect(requestsOf({ number: 10, durationS: null, shape: CLOSED })).toBe(10);
  expect(requestsOf({ number: null, durationS: 10, shape: CLOSED })).toBeNull();
  expect(requestsOf({ number: null, durationS: 10, shape })).toBe(500);
  expect(requestsOf({ number: 100, durationS: 10, shape })).toBe(100);
});

test("every stage, and every request, has a seed of its own that follows from the run's", () => {
  const seeds = [0, 1, 7].flatMap((seed) =>
    [0, 1, 2].flatMap((level) =>
      [0, 1, 2].flatMap((repeat) =>
        (["warmup", "measure"] as const).map((phase) => stageSeed(seed, { level, repeat, phase })),
      ),
    ),
  );
  expect(new Set(seeds).size).toBe(54);
  expect(stageSeed(7, { level: 2, repeat: 1, phase: "measure" })).toBe(
    stageSeed(7, { level: 2, repeat: 1, phase: "measure" }),
  );
  expect(new Set(Array.from({ length: 10_000 }, (_, id) => mixedSeed(3, id))).size).toBe(10_000);
});

describe("enginesFor", () => {
  const levelsOf = (...parallel: number[]) => parallel.map((slots) => closedLevel(slots, 1));
  const open = (rate: number, parallel: number | null = null): LevelConfig[] => [
    { parallel, number: null, durationS: 10, shape: rated(rate) },
  ];

  test("one for each 1,500 requests at once of the largest level, at most one a core", () => {
    expect(enginesFor(levelsOf(1), null, 8)).toBe(1);
    expect(enginesFor(levelsOf(1500), null, 8)).toBe(1);
    expect(enginesFor(levelsOf(1501), null, 8)).toBe(2);
    expect(enginesFor(levelsOf(1, 10_000, 64), null, 8)).toBe(7);
    expect(enginesFor(levelsOf(10_000), null, 2)).toBe(2);
  });

  test("and one for each 2,000 requests a second", () => {
    expect(enginesFor(open(10), null, 8)).toBe(1);
    expect(enginesFor(open(5000), null, 8)).toBe(3);
    expect(enginesFor(open(5000, 1), null, 8)).toBe(1);
  });

  test("as many as were asked for, but never more than slots", () => {
    expect(enginesFor(levelsOf(64), 4, 2)).toBe(4);
    expect(enginesFor(levelsOf(3, 2), 4, 8)).toBe(3);
    expect(enginesFor(levelsOf(1), 16, 8)).toBe(1);
    expect(enginesFor(open(10), 4, 2)).toBe(4);
  });

  test("without a bound there is no largest number of slots", () => {
    expect(slotsAtMost(levelsOf(3, 9, 2))).toBe(9);
    expect(slotsAtMost([...levelsOf(3), ...open(1)])).toBeNull();
  });
});
