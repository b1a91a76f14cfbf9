import { expect, test } from "bun:test";
import { Pace } from "../../src/live/pace.ts";
import type { Progress } from "../../src/live/progress.ts";

function progress(elapsedS: number, done: number, outputTokens = done * 10): Progress {
  return {
    total: 1000,
    timeShare: null,
    done,
    ended: done,
    conversations: false,
    failed: 0,
    apart: 0,
    inFlight: 8,
    outputTokens,
    errors: new Map(),
    elapsedS,
    ttftP50: null,
    ttftP99: null,
    level: 0,
    levels: 1,
    levelLabel: "parallel 8",
    stopping: false,
    recent: { requestsPerS: [], outputTokensPerS: [], ttft: null, tpot: null, latency: null },
    client: null,
  };
}

test("too short a time has no rate", () => {
  const pace = new Pace();
  const now = progress(0.2, 50);
  pace.add(now);
  expect(pace.read(now).requestsPerS).toBeNull();
  expect(pace.read(now).overallRequestsPerS).toBeNull();
  expect(pace.read(now).leftS).toBeNull();
});

test("the recent rate forgets what is older than 5 s, the overall one does not", () => {
  const pace = new Pace();
  let now = progress(0, 0);
  // 10 a second for 20 s, then 50 a second for 10 s; told twenty times a second.
  for (let tick = 1; tick <= 600; tick++) {
    const s = tick / 20;
    now = progress(s, s <= 20 ? 10 * s : 200 + 50 * (s - 20));
    pace.add(now);
  }
  const reading = pace.read(now);
  expect(reading.requestsPerS).toBeCloseTo(50, 6);
  expect(reading.outputTokensPerS).toBeCloseTo(500, 6);
  expect(reading.overallRequestsPerS).toBeCloseTo(700 / 30, 6);
  expect(reading.overallOutputTokensPerS).toBeCloseTo(7000 / 30, 6);
});

test("the time left follows the last 30 s, also long after the ring has come round", () => {
  const pace = new Pace();
  let now = progress(0, 0);
  for (let tick = 1; tick <= 4000; tick++) {
    const s = tick / 20;
    now = progress(s, s <= 100 ? s : 100 + 4 * (s - 100));
    pace.add(now);
  }
  expect(pace.read(now).leftS).toBeCloseTo((1000 - 500) / 4, 6);
});

test("a stall takes the recent rate to 0 and, once it outlasts the outlook, the time left away", () => {
  const pace = new Pace();
  for (let s = 0; s <= 10; s++) pace.add(progress(s, 10 * s));
  for (let s = 11; s <= 45; s++) pace.add(progress(s, 100));
  const reading = pace.read(progress(45, 100));
  expect(reading.requestsPerS).toBe(0);
  expect(reading.leftS).toBeNull();
});

test("a first call late in the run counts from its beginning", () => {
  const pace = new Pace();
  const now = progress(4, 40);
  pace.add(now);
  expect(pace.read(now).requestsPerS).toBeCloseTo(10, 6);
});

test("the time left is what is left of the count or of the time, whichever ends first", () => {
  const pace = new Pace();
  for (let s = 0; s <= 10; s += 0.5) pace.add(progress(s, s * 10));
  const now = progress(10, 100);
  const left = (changed: Partial<Progress>) => pace.read({ ...now, ...changed }).leftS;
  expect(left({})).toBeCloseTo(90, 0);
  expect(left({ total: null })).toBeNull();
  expect(left({ total: null, timeShare: 0.25 })).toBeCloseTo(30, 9);
  expect(left({ timeShare: 0.25 })).toBeCloseTo(30, 9);
  expect(left({ timeShare: 0.01 })).toBeCloseTo(90, 0);
});

test("of conversations the rate is of requests, and the time left of what is counted", () => {
  const pace = new Pace();
  // 2 conversations a second, each of 5 requests; 1000 conversations in all.
  const at = (s: number) => ({ ...progress(s, 2 * s), ended: 10 * s, conversations: true });
  for (let s = 0; s <= 20; s++) pace.add(at(s));
  const reading = pace.read(at(20));
  expect(reading.requestsPerS).toBeCloseTo(10, 6);
  expect(reading.overallRequestsPerS).toBeCloseTo(10, 6);
  expect(reading.leftS).toBeCloseTo(480, 6);
});
