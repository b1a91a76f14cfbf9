import { expect, test } from "bun:test";
import fc from "fast-check";
import { staysOf } from "../../src/metrics/stays.ts";
import { fullTimes, littlesLaw, steadyWindow } from "../../src/metrics/steady.ts";
import { openRun } from "../../src/record/reader.ts";
import { levelRow, type MadeRun, recordRun, request, START, temporaryFolder } from "./record-fixture.ts";

const times = (...values: number[]): Float64Array => Float64Array.from(values).sort();

test("full from the first to the last moment, whatever happens between", () => {
  // In flight: 1, 2, 1, 2, 1, 0.
  expect(fullTimes(times(0, 1, 3), times(2, 5, 6), 2)).toEqual({ start: 1, end: 5 });
  expect(fullTimes(times(0, 1, 3), times(2, 5, 6), 1)).toEqual({ start: 0, end: 6 });
  expect(fullTimes(times(0, 1, 3), times(2, 5, 6), 3)).toBeNull();
  expect(fullTimes(times(), times(), 0.95)).toBeNull();
});

test("a slot that is taken as it frees is one request", () => {
  expect(fullTimes(times(0, 1), times(1, 2), 2)).toBeNull();
  expect(fullTimes(times(0, 1), times(1, 2), 0.95)).toEqual({ start: 0, end: 2 });
});

test("agrees with counting at every moment", () => {
  const stays = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 20 })), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(stays, fc.integer({ min: 1, max: 6 }), (made, threshold) => {
      // Half a unit inside each unit of time nothing changes: there the count is plain.
      const full: number[] = [];
      for (let moment = 0; moment <= 80; moment++) {
        const inFlight = made.filter(([sent, length]) => sent <= moment && moment < sent + length).length;
        if (inFlight >= threshold) full.push(moment);
      }
      const found = fullTimes(
        times(...made.map(([sent]) => sent)),
        times(...made.map(([sent, length]) => sent + length)),
        threshold,
      );
      expect(found).toEqual(full.length === 0 ? null : { start: full[0]!, end: full.at(-1)! + 1 });
    }),
  );
});

/** A request each eighth of a second, each in flight for as long as it says, in seconds. */
function eighths(length: (i: number) => number): { sent: Float64Array; completed: Float64Array } {
  const sent = Float64Array.from({ length: 400 }, (_, i) => i * 0.125);
  return { sent, completed: sent.map((from, i) => from + length(i)) };
}

test("Little's law on a load that is steady, and on one that is not", () => {
  const law = littlesLaw(
    eighths(() => 1),
    { start: 10, end: 40 },
  );
  expect(law?.in_flight).toBeCloseTo(8, 9);
  expect(law?.rate_x_latency).toBeCloseTo(8, 0);
  expect(law?.holds).toBe(true);
  const growing = eighths((i) => (i / 200) ** 4);
  expect(littlesLaw(growing, { start: 5, end: 40 })?.holds).toBe(false);
});

test("Little's law is not asked of a window whose ends weigh more than the tolerance", () => {
  const stays = eighths(() => 1);
  expect(littlesLaw(stays, { start: 10, end: 29.9 })).toBeNull();
  expect(littlesLaw(stays, { start: 10, end: 30.1 })).not.toBeNull();
  expect(littlesLaw(stays, { start: 10, end: 10 })).toBeNull();
  expect(littlesLaw({ sent: times(), completed: times() }, { start: 10, end: 40 })).toBeNull();
});

test("stays are those of all that was sent and has ended; the median is of the successes", () => {
  using folder = temporaryFolder();
  const unsent = { ok: false, kind: "unsent", message: "" } as const;
  const requests = [
    ...twoSlots,
    request({ id: 20, at: 11, ending: unsent, sentTime: null, completedTime: null }),
    request({ id: 21, at: 12, times: [3_000_000], phase: "warmup" }),
  ];
  recordRun(folder.file, { requests });
  using reader = openRun(folder.file);
  const [level] = reader.levels();
  const { sent, completed, medianLatencyS } = staysOf(reader, level!, reader.totals(level!));
  expect([sent.length, completed.length, medianLatencyS]).toEqual([20, 20, 1]);
  expect([sent[3], completed[3]]).toEqual([START + 1.5, START + 2.5]);
});

function windowOf(made: MadeRun, medianLatencyS: number | null): ReturnType<typeof steadyWindow> {
  using folder = temporaryFolder();
  recordRun(folder.file, made);
  using reader = openRun(folder.file);
  const [level] = reader.levels();
  const totals = reader.totals(level!);
  return steadyWindow({ ...staysOf(reader, level!, totals), medianLatencyS }, level!, totals);
}

/** Two slots, a second a request, from 0 to 10; the second slot begins at 0.5. */
const twoSlots = Array.from({ length: 20 }, (_, i) =>
  request({
    id: i,
    at: (i % 2) * 0.5 + Math.floor(i / 2),
    times: [1_000_000],
    // A failure is in flight as much as a success.
    ...(i === 0 ? { ending: { ok: false, kind: "reset", message: "" } as const } : {}),
  }),
);

test("closed loop: failures count as in flight", () => {
  const levels = [levelRow({ parallel: 2, number: 20 })];
  expect(windowOf({ requests: twoSlots, levels }, 1)).toEqual({ start: START + 0.5, end: START + 10 });
});

test("a level that asks for fewer requests than slots is full with those", () => {
  const levels = [levelRow({ parallel: 100, number: 2 })];
  expect(windowOf({ requests: twoSlots, levels }, 1)).toEqual({ start: START + 0.5, end: START + 10 });
});

test("a window below three median latencies is none, as is one of a level without success", () => {
  const levels = [levelRow({ parallel: 2, number: 20 })];
  expect(windowOf({ requests: twoSlots, levels }, 3.2)).toBeNull();
  expect(windowOf({ requests: twoSlots, levels }, 3.1)).not.toBeNull();
  expect(windowOf({ requests: twoSlots, levels }, null)).toBeNull();
});

test("open loop: from the first to the last arrival, however few are in flight", () => {
  const levels = [levelRow({ parallel: null, rate: 2, number: 20 })];
  expect(windowOf({ requests: twoSlots, levels }, 1)).toEqual({ start: START, end: START + 9.5 });
});

test("open loop with a course: from its end, if anything is due after that", () => {
  const level = { parallel: null, rate: 2, number: 20 };
  const after = (rampS: number) => windowOf({ requests: twoSlots, levels: [levelRow({ ...level, rampS })] }, 1);
  expect(after(4)).toEqual({ start: START + 4, end: START + 9.5 });
  expect(after(9.5)).toBeNull();
});
