import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { quantileRank } from "../../src/metrics/quantile.ts";
import { summarise } from "../../src/metrics/summary.ts";
import type { BoundedQuantile, LevelSummary } from "../../src/metrics/summary-model.ts";
import { quantilesWithFailures } from "../../src/metrics/with-failures.ts";
import type { ErrorKind } from "../../src/record/outcome.ts";
import { openRun } from "../../src/record/reader.ts";
import { levelRow, type MadeRun, mixedRun, recordRun, request, START, temporaryFolder } from "./record-fixture.ts";

function levelOf(made: MadeRun): LevelSummary {
  using folder = temporaryFolder();
  recordRun(folder.file, made);
  using reader = openRun(folder.file);
  return summarise(reader).levels[0]!;
}

const exact = (value_ms: number): BoundedQuantile => ({ bound: "exact", value_ms });
const atLeast = (value_ms: number): BoundedQuantile => ({ bound: "at_least", value_ms });
const FAILED: BoundedQuantile = { bound: "failed", value_ms: null };

/** Failed after so many seconds, without a byte of output. */
function silent(id: number, kind: ErrorKind, afterS: number, change = {}) {
  const sentTime = START + id;
  return request({
    id,
    at: id,
    times: [],
    completedTime: sentTime + afterS,
    latency: afterS,
    completionTokens: null,
    ending: { ok: false, kind, message: "" },
    ...change,
  });
}

type Known = { kind: "exact" | "at_least"; value: number } | { kind: "failed" };

function of(values: Known[]) {
  const lowest = values.map((known) => (known.kind === "failed" ? Number.POSITIVE_INFINITY : known.value));
  const known = values.flatMap((one) => (one.kind === "exact" ? [one.value] : []));
  return quantilesWithFailures(Float64Array.from(lowest), Float64Array.from(known));
}

const is = (value: number): Known => ({ kind: "exact", value });
const more = (value: number): Known => ({ kind: "at_least", value });
const never: Known = { kind: "failed" };

describe("a percentile of values of which some are lower bounds", () => {
  test("is exact below them, 'at least' from the first of them on, 'failed' among the failed", () => {
    expect(of([is(1), is(2), is(3), is(4), never])).toEqual({ p50: exact(3), p90: FAILED, p95: FAILED, p99: FAILED });
    expect(of([is(1), is(2), is(3), is(4), more(9)])).toMatchObject({ p50: exact(3), p90: atLeast(9) });
    // The 2 may be any value from 2 on: the median is 3 or more.
    expect(of([is(1), more(2), is(3), is(4), is(5)])).toMatchObject({ p50: atLeast(3), p90: atLeast(5) });
    // Wherever the 2 belongs, two thirds of the rest are 5.
    expect(of([more(2), is(5), is(5), is(5)])).toMatchObject({ p50: exact(5) });
    expect(of([])).toBeNull();
  });

  test("holds whatever the unknown values are", () => {
    const value = fc.integer({ min: 0, max: 30 });
    const known = fc.oneof(value.map(is), value.map(more), fc.constant(never));
    const truth = fc.tuple(known, fc.integer({ min: 0, max: 40 }));
    fc.assert(
      fc.property(fc.array(truth, { minLength: 1, maxLength: 40 }), (drawn) => {
        const said = of(drawn.map(([one]) => one))!;
        const true_ = drawn.map(([one, extra]) => {
          if (one.kind === "failed") return Number.POSITIVE_INFINITY;
          return one.kind === "exact" ? one.value : one.value + extra;
        });
        const sorted = Float64Array.from(true_).sort();
        for (const [name, permille] of [
          ["p50", 500],
          ["p90", 900],
          ["p95", 950],
          ["p99", 990],
        ] as const) {
          const real = sorted[quantileRank(permille, sorted.length)]!;
          const { bound, value_ms } = said[name];
          if (bound === "exact") expect(real).toBe(value_ms);
          else if (bound === "at_least") expect(real).toBeGreaterThanOrEqual(value_ms);
          else expect(real).toBe(Number.POSITIVE_INFINITY);
        }
      }),
    );
  });

  test("is exact wherever it can be: both ends of what is unknown give the same", () => {
    const value = fc.integer({ min: 0, max: 10 });
    const known = fc.oneof(value.map(is), value.map(more), fc.constant(never));
    fc.assert(
      fc.property(fc.array(known, { minLength: 1, maxLength: 20 }), (values) => {
        const least = values.map((one) => (one.kind === "failed" ? Number.POSITIVE_INFINITY : one.value));
        const most = values.map((one) => (one.kind === "exact" ? one.value : Number.POSITIVE_INFINITY));
        const rank = quantileRank(500, values.length);
        const [low, high] = [least, most].map((all) => Float64Array.from(all).sort()[rank]!) as [number, number];
        const { bound } = of(values)!.p50;
        expect(bound === "at_least").toBe(low !== high);
      }),
    );
  });
});

describe("of a run", () => {
  test("without failures they are the percentiles of the successes", () => {
    const { ttft_ms, latency_ms, ...level } = levelOf({ requests: mixedRun(60).requests.slice(0, 7) });
    expect(level.requests.failed).toBe(0);
    expect(level.ttft_with_failures_ms).toMatchObject({ p50: exact(ttft_ms!.p50), p99: exact(ttft_ms!.p99) });
    expect(level.latency_with_failures_ms).toMatchObject({ p50: exact(latency_ms!.p50), p99: exact(latency_ms!.p99) });
  });

  test("a timeout is at least its elapsed time, a refusal is for ever", () => {
    const successes = [1, 2, 3].map((id) => request({ id, at: id }));
    const timedOut = levelOf({ requests: [...successes, silent(4, "timeout_idle", 120)] });
    expect(timedOut.latency_ms!.p99).toBe(60);
    expect(timedOut.latency_with_failures_ms).toMatchObject({ p50: exact(60), p99: atLeast(120_000) });
    expect(timedOut.ttft_with_failures_ms).toMatchObject({ p50: exact(50), p99: atLeast(120_000) });
    const refused = levelOf({ requests: [...successes, silent(4, "connect", 0.001)] });
    expect(refused.latency_with_failures_ms).toMatchObject({ p50: exact(60), p90: FAILED, p99: FAILED });
  });

  test("a request that failed after its first token has a TTFT, and no latency", () => {
    const { ttft_ms, ttft_with_failures_ms, latency_with_failures_ms } = levelOf({
      requests: [
        request({ id: 1, at: 0 }),
        request({ id: 2, at: 1, times: [90_000, 95_000], ending: { ok: false, kind: "reset", message: "" } }),
      ],
    });
    expect(ttft_ms!.p99).toBe(50);
    expect(ttft_with_failures_ms).toMatchObject({ p50: exact(50), p99: exact(90) });
    expect(latency_with_failures_ms).toMatchObject({ p50: exact(60), p99: FAILED });
  });

  test("an error's body, which is no stream, is a first token that never came", () => {
    const { ttft_with_failures_ms } = levelOf({
      requests: [request({ id: 1, at: 0 }), silent(2, "http_5xx", 0.01, { isStream: false, status: 503 })],
    });
    expect(ttft_with_failures_ms).toMatchObject({ p50: exact(50), p99: FAILED });
  });

  test("without streams there is no TTFT of any kind; unsent requests have no part", () => {
    const { ttft_with_failures_ms, latency_with_failures_ms } = levelOf({
      requests: [
        request({ id: 1, at: 0, isStream: false }),
        silent(2, "http_5xx", 1, { isStream: false }),
        silent(3, "unsent", 0, { sentTime: null, latency: null, completedTime: null }),
      ],
    });
    expect(ttft_with_failures_ms).toBeNull();
    expect(latency_with_failures_ms).toMatchObject({ p50: exact(60), p99: FAILED });
  });

  test("what a dead engine had in flight counts, though nobody knows when it was sent", () => {
    const { latency_with_failures_ms } = levelOf({
      requests: [
        request({ id: 1, at: 0 }),
        silent(2, "engine_lost", 0, { sentTime: null, latency: null }),
        silent(3, "engine_lost", 4),
      ],
    });
    expect(latency_with_failures_ms).toMatchObject({ p50: atLeast(60), p99: atLeast(4000) });
  });

  test("in open loop the wait for a slot is part of it", () => {
    const levels = [levelRow({ parallel: null, rate: 1 })];
    const late = { scheduledTime: START };
    const requests = [request({ id: 1, at: 1, ...late }), silent(2, "timeout_total", 10, late)];
    const { latency_with_failures_ms } = levelOf({ levels, requests });
    expect(latency_with_failures_ms!.p50.value_ms).toBeCloseTo(1060, 2);
    expect(latency_with_failures_ms!.p99.value_ms).toBeCloseTo(12_000, 2);
  });

  test("when everything failed", () => {
    const level = levelOf({ requests: [1, 2].map((id) => silent(id, "connect", 0)) });
    expect(level.requests.success_rate).toBe(0);
    expect(level.latency_with_failures_ms).toMatchObject({ p50: FAILED, p99: FAILED });
    expect(level.ttft_with_failures_ms).toMatchObject({ p50: FAILED });
  });
});
