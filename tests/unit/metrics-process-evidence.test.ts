import { expect, test } from "bun:test";
import fc from "fast-check";
import { processEvidence } from "../../src/metrics/process-evidence.ts";
import { levelRow, START, sampleRow } from "./record-fixture.ts";

const LEVEL = { ...levelRow({ startTime: START, endTime: START + 10 }), firstId: 0, lastId: 1 };

const stalled = (stalls: number[], spanS = 1) =>
  processEvidence([sampleRow({ time: START + spanS, spanS, stalls: JSON.stringify(stalls) })], [LEVEL])[0]!;

/** The same by trying: events at each microsecond of a second with these stalls in it. */
function latenessByTrial(stalls: number[], share: number): number {
  const waits: number[] = [];
  for (const stall of stalls) for (let left = stall; left > 0; left -= 0.001) waits.push(left);
  waits.sort((a, b) => b - a);
  return waits[Math.floor(share * 1_000_000)] ?? 0;
}

test("lateness is what events would meet that come evenly", () => {
  expect(stalled([]).lateness(0.01)).toBe(0);
  expect(stalled([40]).lateness(0.01)).toBeCloseTo(30, 6);
  expect(stalled([40, 40]).lateness(0.01)).toBeCloseTo(35, 6);
  expect(stalled([9]).lateness(0.01)).toBe(0);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 2, max: 60 }), { maxLength: 8 }),
      fc.constantFrom(0.005, 0.01, 0.05),
      (stalls, share) => {
        expect(Math.abs(stalled(stalls).lateness(share) - latenessByTrial(stalls, share))).toBeLessThan(0.1);
      },
    ),
    { numRuns: 30 },
  );
});

test("a sample counts by the time that it shares with its level", () => {
  const samples = [
    // Three quarters of it are before the level.
    sampleRow({ time: START + 0.25, spanS: 1, cpu: 0.8, coreWait: 0.4 }),
    sampleRow({ time: START + 1, spanS: 0.75, cpu: 0.4, coreWait: 0.2 }),
    sampleRow({ time: START + 20, cpu: 5 }),
  ];
  const [only, ...more] = processEvidence(samples, [LEVEL]);
  expect(more).toEqual([]);
  expect(only).toMatchObject({ level: 0, engine: 0 });
  expect(only!.seconds).toBeCloseTo(1, 6);
  expect(only!.cpu).toBeCloseTo(0.5, 6);
  expect(only!.coreWait).toBeCloseTo(0.25, 6);
});

test("what the system does not say is null, and what main alone says is main's", () => {
  const samples = [
    sampleRow({ threadCpu: null, coreWait: null }),
    sampleRow({ engine: -1, steal: 0.1, load: 3 }),
    sampleRow({ engine: -1, time: START + 2, steal: null, load: 5 }),
  ];
  const [engine, main] = processEvidence(samples, [LEVEL]);
  expect(engine).toMatchObject({ engine: 0, threadCpu: null, coreWait: null, steal: null, load: null });
  expect(main).toMatchObject({ engine: -1, steal: 0.1, load: 4 });
});

test("levels are apart", () => {
  const later = { ...LEVEL, level: 1, startTime: START + 10, endTime: null };
  const samples = [sampleRow({ cpu: 0.1 }), sampleRow({ time: START + 12, cpu: 0.9 })];
  expect(processEvidence(samples, [LEVEL, later]).map(({ level, cpu }) => [level, cpu])).toEqual([
    [0, 0.1],
    [1, 0.9],
  ]);
});

test("older files have the longest stall of each second alone", () => {
  const samples = [1, 2, 3].map((s) => sampleRow({ time: START + s, stalls: null, loopLagMs: 10 * s }));
  expect(processEvidence(samples, [LEVEL])[0]!.lateness(0.01)).toBe(30);
});
