import { expect, test } from "bun:test";
import { METRICS } from "../../src/metrics/definitions.ts";
import { summarise } from "../../src/metrics/summary.ts";
import type { Summary } from "../../src/metrics/summary-model.ts";
import { openRun } from "../../src/record/reader.ts";
import { RunWriter } from "../../src/record/writer.ts";
import {
  levelRow,
  type MadeRun,
  mixedRun,
  recordRun,
  request,
  runRow,
  START,
  temporaryFolder,
} from "./record-fixture.ts";

function summaryOf(made: MadeRun): Summary {
  using folder = temporaryFolder();
  recordRun(folder.file, made);
  using reader = openRun(folder.file);
  return summarise(reader);
}

test("counts: due, sent, succeeded, failed by kind, unsent", () => {
  const { requests, run } = summaryOf({ ...mixedRun(200), skipped: 2 });
  // Ids 7, 27, ... 187 reset; 9, 59, 109, 159 are 503s.
  expect(requests).toEqual({
    offered: 201,
    total: 200,
    success: 186,
    failed: 14,
    unsent: 1,
    cancelled: 0,
    by_error: { reset: 10, http_5xx: 4 },
    success_rate: 186 / 201,
  });
  expect(run).toMatchObject({ warmup: 1, skipped: 2, end: "done", name: "test-model" });
});

test("with one level its figures stand at the top too, with several they do not", () => {
  const one = summaryOf(mixedRun(40));
  expect(one.ttft_ms).toEqual(one.levels[0]!.ttft_ms);
  const two = summaryOf({
    levels: [levelRow(), levelRow({ level: 1, parallel: 8 })],
    requests: [request({ id: 1, at: 0 }), request({ id: 2, at: 5, level: 1, times: [90_000] })],
  });
  expect(two.ttft_ms).toBeUndefined();
  expect(two.levels.map(({ level, parallel, ttft_ms }) => [level, parallel, ttft_ms?.p50])).toEqual([
    [0, 4, 50],
    [1, 8, 90],
  ]);
});

test("several levels: what was due and what became of it is summed up, the commonest failure first", () => {
  const failed = (id: number, level: number, kind: "reset" | "empty") =>
    request({ id, at: id, level, ending: { ok: false, kind, message: "" } });
  const { requests } = summaryOf({
    levels: [levelRow(), levelRow({ level: 1 })],
    requests: [
      request({ id: 1, at: 0 }),
      failed(2, 0, "empty"),
      failed(3, 1, "reset"),
      failed(4, 1, "reset"),
      request({ id: 5, at: 5, level: 1 }),
    ],
  });
  expect(requests).toEqual({
    offered: 5,
    total: 5,
    success: 2,
    failed: 3,
    unsent: 0,
    cancelled: 0,
    by_error: { reset: 2, empty: 1 },
    success_rate: 0.4,
  });
  expect(Object.keys(requests.by_error)[0]).toBe("reset");
  expect(summaryOf({ levels: [], requests: [] }).requests.success_rate).toBeNull();
});

test("repeats of a level stand apart", () => {
  const { levels } = summaryOf({
    levels: [levelRow(), levelRow({ repeat: 1 })],
    requests: [request({ id: 1, at: 0 }), request({ id: 2, at: 50, repeat: 1 })],
  });
  expect(levels.map(({ repeat, requests, duration_s }) => [repeat, requests.total, duration_s?.toFixed(3)])).toEqual([
    [0, 1, "0.060"],
    [1, 1, "0.060"],
  ]);
});

test("TTFT and TTFA are of streamed successes; a plain reply has a latency alone", () => {
  const { ttft_ms, latency_ms } = summaryOf({
    requests: [
      request({ id: 1, at: 0, times: [50_000, 60_000] }),
      request({ id: 2, at: 1, times: [900_000], isStream: false }),
      request({ id: 3, at: 2, times: [700_000], ending: { ok: false, kind: "truncated", message: "" } }),
    ],
  });
  expect(ttft_ms).toMatchObject({ min: 50, max: 50, std: null });
  expect(latency_ms).toMatchObject({ min: 60, max: 900 });
});

test("duration runs over failures, throughput over successes", () => {
  const { duration_s, throughput, tokens } = summaryOf({
    requests: [
      request({ id: 1, at: 0, times: [1_000_000] }),
      request({ id: 2, at: 1, times: [4_000_000], ending: { ok: false, kind: "reset", message: "" } }),
    ],
  });
  expect(duration_s).toBe(5);
  expect(throughput).toEqual({
    requests_per_s: 0.2,
    output_tokens_per_s: 0.2,
    total_tokens_per_s: 2.2,
    items_per_s: null,
    input_tokens_per_s: null,
  });
  expect(tokens).toMatchObject({ prompt: 10, completion: 1, failed_completion: 1, sources: { usage: 1 } });
});

test("wait and client lag: whose fault lateness is", () => {
  const late = { scheduledTime: START, releasedTime: START + 0.3 };
  const { wait_ms, client_lag_ms } = summaryOf({ requests: [request({ id: 1, at: 0.35, ...late })] });
  expect(wait_ms?.max).toBeCloseTo(300, 2);
  expect(client_lag_ms?.max).toBeCloseTo(50, 2);
});

test("open loop: latency is from scheduled, and from sent beside it", () => {
  const levels = [levelRow({ parallel: null, rate: 10 })];
  const requests = [request({ id: 1, at: 0.5, times: [100_000], scheduledTime: START })];
  const open = summaryOf({ levels, requests });
  expect(open.latency_ms?.p50).toBeCloseTo(600, 2);
  expect(open.latency_from_sent_ms?.p50).toBeCloseTo(100, 2);
  const closed = summaryOf({ requests });
  expect(closed.latency_ms?.p50).toBeCloseTo(100, 2);
  expect(closed.latency_from_sent_ms).toBeNull();
});

test("cached tokens: the rate is over the requests that reported them; absent is null", () => {
  const { tokens } = summaryOf({
    requests: [
      request({ id: 1, at: 0, promptTokens: 10, cachedTokens: 5 }),
      request({ id: 2, at: 1, promptTokens: 10, cachedTokens: 0 }),
      request({ id: 3, at: 2, promptTokens: 1000 }),
    ],
  });
  expect(tokens).toMatchObject({ cached: 5, cache_hit_rate: 0.25, reasoning: null });
  expect(summaryOf({ requests: [request({ id: 1, at: 0 })] }).tokens).toMatchObject({
    cached: null,
    cache_hit_rate: null,
  });
});

test("tokens a chunk and the share read together", () => {
  const { tokens, coalesced_share } = summaryOf({
    requests: [request({ id: 1, at: 0, times: [10, 20, 20, 30], tokens: [2, 2, 2, 2], coalescedChunks: 1 })],
  });
  expect(tokens?.per_chunk).toBe(2);
  expect(coalesced_share).toBe(0.25);
});

test("the steady window leaves the edges out", () => {
  const { steady, little, duration_s, ttft_ms } = summaryOf(mixedRun(200));
  expect(steady).not.toBeNull();
  expect(steady!.duration_s).toBeLessThan(duration_s!);
  expect(steady!.end_time - steady!.start_time).toBeCloseTo(steady!.duration_s!, 6);
  expect(steady!.ttft_ms!.min).toBeGreaterThanOrEqual(ttft_ms!.min);
  expect(little?.holds).toBe(true);
  expect(little!.in_flight).toBeGreaterThan(3.5);
  expect(little!.in_flight).toBeLessThanOrEqual(4);
});

test("a run without requests, and one where all failed, have null figures and no fault", () => {
  const empty = summaryOf({ requests: [] });
  expect(empty).toMatchObject({ duration_s: null, ttft_ms: null, steady: null, little: null, coalesced_share: null });
  expect(Object.values(empty.throughput!)).toEqual([null, null, null, null, null]);
  const failed = summaryOf({
    requests: [1, 2].map((id) => request({ id, at: id, ending: { ok: false, kind: "connect", message: "" } })),
  });
  expect(failed).toMatchObject({ requests: { success: 0, failed: 2 }, latency_ms: null, itl_ms: null });
  expect(failed.throughput).toMatchObject({ requests_per_s: 0, output_tokens_per_s: null });
});

test("embeddings: items and input tokens, nothing of output", () => {
  const made = { times: [500_000], tokens: [0], isStream: false, completionTokens: null };
  const { throughput, completion_tokens, ttft_ms, latency_ms } = summaryOf({
    requests: [
      request({ id: 1, at: 0, ...made, items: 8 }),
      request({ id: 2, at: 0, ...made, items: 3, ending: { ok: false, kind: "malformed", message: "" } }),
    ],
  });
  expect({ completion_tokens, ttft_ms }).toEqual({ completion_tokens: null, ttft_ms: null });
  expect(latency_ms!.p50).toBe(500);
  expect(throughput).toEqual({
    requests_per_s: 2,
    output_tokens_per_s: null,
    total_tokens_per_s: 20,
    items_per_s: 16,
    input_tokens_per_s: 20,
  });
});

test("a run that goes on, or was killed, gives the figures that it gives when it has ended", () => {
  using folder = temporaryFolder();
  const made = mixedRun(100);
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  for (const level of made.levels!) writer.level(level);
  writer.add(made.requests);
  writer.commit();
  const summarised = (): Summary => {
    using reader = openRun(folder.file);
    return summarise(reader);
  };
  const before = summarised();
  writer.finish("done", null);
  const after = summarised();
  expect(before.run.end).toBe("running");
  expect({ ...before, run: null }).toEqual({ ...after, run: null });
});

test("every figure of the model is defined, once", () => {
  const keys = METRICS.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  const { steady, tokens, throughput, ...rest } = summaryOf(mixedRun(60)).levels[0]!;
  const figures = [...Object.keys(throughput), ...Object.keys(rest).filter((key) => /_(ms|s|tokens)$/.test(key))];
  for (const key of figures) expect(keys).toContain(key);
  const aliases = METRICS.flatMap((metric) => metric.aliases);
  expect(new Set(aliases).size).toBe(aliases.length);
});

test("what was given up on purpose is neither success nor failure, nor part of any latency", () => {
  const given = request({
    id: 3,
    at: 0,
    times: [],
    ending: { ok: false, kind: "cancelled_on_purpose", message: "" },
  });
  const { requests, latency_with_failures_ms, ttft_with_failures_ms } = summaryOf({
    levels: [levelRow()],
    requests: [request({ id: 1, at: 0 }), request({ id: 2, at: 0 }), given],
  });
  expect(requests).toMatchObject({ offered: 3, total: 3, success: 2, failed: 0, cancelled: 1, by_error: {} });
  expect(requests.success_rate).toBe(1);
  expect([latency_with_failures_ms!.p99.bound, ttft_with_failures_ms!.p99.bound]).toEqual(["exact", "exact"]);
  const failed = request({ id: 4, at: 0, times: [], ending: { ok: false, kind: "reset", message: "" } });
  const mixed = summaryOf({ levels: [levelRow()], requests: [request({ id: 1, at: 0 }), given, failed] });
  expect(mixed.requests).toMatchObject({ failed: 1, cancelled: 1, success_rate: 0.5 });
  // Two ended for the service's own reasons: the failed one is the upper half.
  expect([mixed.latency_with_failures_ms!.p50.bound, mixed.latency_with_failures_ms!.p90.bound]).toEqual([
    "exact",
    "failed",
  ]);
});
