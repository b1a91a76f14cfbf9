import { expect, test } from "bun:test";
import type { Stage } from "../../src/load/stages.ts";
import type { RecordedRequest } from "../../src/record/outcome.ts";
import { SaturationWatch } from "../../src/run/saturation-watch.ts";

function stage(change: Partial<Stage> = {}): Stage {
  const course = [{ from: 20, to: 20, overS: null }];
  return {
    ...{ index: 0, phase: "measure", level: 0, repeat: 0, parallel: null, number: null, durationS: 60 },
    shape: { kind: "rate", pattern: { kind: "poisson" }, course },
    ...change,
  };
}

function ended(ttftS: number, latencyS: number): RecordedRequest {
  const outcome = { phase: "measure", ending: { ok: true }, firstChunkLatency: ttftS, latency: latencyS };
  return { outcome, payload: {} } as unknown as RecordedRequest;
}

/** Plays seconds of a stage to the watch, five beats each; the second in which it called, or null. */
function watch(
  of: Stage,
  seconds: number,
  at: (second: number) => { inFlight: number; ttftS: number; latencyS?: number },
) {
  let now = 5000;
  let called = 0;
  const watching = new SaturationWatch(
    () => called++,
    () => now,
  );
  watching.stage(of);
  let first: number | null = null;
  for (let beat = 0; beat < seconds * 5; beat++) {
    const { inFlight, ttftS, latencyS = 0.5 } = at(beat / 5);
    watching.finished([ended(ttftS, latencyS)]);
    watching.inFlight(inFlight);
    if (called > 0) first ??= Math.floor(beat / 5);
    now += 200;
  }
  expect(called).toBeLessThanOrEqual(1);
  return first;
}

const growing = (second: number) => ({ inFlight: 8 * second, ttftS: 0.1 + 0.05 * second });

test("what piles up and waits longer is called once, after the time that proves it", () => {
  const second = watch(stage(), 60, growing);
  expect(second).toBeGreaterThanOrEqual(20);
  expect(second).toBeLessThanOrEqual(25);
});

test("the beginning does not count: in flight grows until the first requests end", () => {
  const beginning = (second: number) => ({ inFlight: 20 * Math.min(second, 30), ttftS: 0.1, latencyS: 30 });
  expect(watch(stage(), 120, beginning)).toBeNull();
  const filling = (second: number) => ({ ...beginning(second), ttftS: 0.1 + 0.01 * Math.min(second, 30) });
  expect(watch(stage(), 120, filling)).toBeNull();
});

test("a ramp is no sign of it: seconds count from its end", () => {
  const course = [
    { from: 0, to: 20, overS: 30 },
    { from: 20, to: 20, overS: null },
  ];
  const ramped = stage({ shape: { kind: "rate", pattern: { kind: "poisson" }, course } });
  expect(watch(ramped, 45, growing)).toBeNull();
  expect(watch(ramped, 70, growing)).toBeGreaterThanOrEqual(50);
});

test("warm-up, closed loops and bounded ones are not watched", () => {
  expect(watch(stage({ phase: "warmup" }), 60, growing)).toBeNull();
  expect(watch(stage({ parallel: 8, shape: { kind: "closed", rampS: 0 } }), 60, growing)).toBeNull();
  expect(watch(stage({ parallel: 8 }), 60, growing)).toBeNull();
});
