import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readSeries } from "../../src/metrics/series.ts";
import { Bins, roundLength } from "../../src/metrics/series-bins.ts";
import { LogCounts } from "../../src/metrics/series-histogram.ts";
import type { RunSeries } from "../../src/metrics/series-model.ts";
import { summarise } from "../../src/metrics/summary.ts";
import { openRun } from "../../src/record/reader.ts";
import {
  levelRow,
  type MadeRun,
  mixedRun,
  recordRun,
  request,
  START,
  sampleRow,
  temporaryFolder,
} from "./record-fixture.ts";

function seriesOf(made: MadeRun): RunSeries {
  using folder = temporaryFolder();
  recordRun(folder.file, made);
  using reader = openRun(folder.file);
  return readSeries(reader);
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

describe("bins", () => {
  test("an amount that is spread lies in each bin by the part of its time", () => {
    const bins = new Bins(4, 2);
    bins.spread(1, 6, 10);
    bins.add(7.9, 4);
    expect(bins.perSecond()).toEqual([1, 2, 2, 2]);
  });

  test("whatever is put in comes out, also what lies outside", () => {
    const time = fc.double({ min: -3, max: 33, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(time, time, fc.integer({ min: 0, max: 1000 }))), (amounts) => {
        const bins = new Bins(10, 3);
        for (const [from, to, amount] of amounts)
          bins.spread(Math.min(30, Math.max(0, from)), Math.min(30, Math.max(0, to)), amount);
        const expected = sum(amounts.map(([, , amount]) => amount));
        expect(Math.abs(sum(bins.perSecond()) * 3 - expected)).toBeLessThan(0.02 + expected * 1e-9);
      }),
    );
  });

  test("lengths are round", () => {
    expect([0.03, 0.05, 0.11, 1, 1.01, 49, 51, 999].map(roundLength)).toEqual([0.05, 0.05, 0.2, 1, 2, 50, 100, 1000]);
  });
});

describe("histograms", () => {
  test("a quantile is within half a bucket of the value with that rank", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const counts = new LogCounts(200);
        for (const value of values) counts.add(value);
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.ceil(0.5 * sorted.length) - 1]!;
        expect(counts.quantile(500)! / exact).toBeWithin(0.994, 1.006);
      }),
    );
  });

  test("packed, every value is in one of at most so many buckets; the largest in the last", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 }), (values) => {
        const counts = new LogCounts(1000);
        for (const value of values) counts.add(value);
        const packed = counts.packed(60)!;
        expect(packed.counts.length).toBeWithin(1, 61);
        expect(sum(packed.counts)).toBe(values.length);
        const end = 10 ** ((packed.first + packed.counts.length) / packed.perDecade);
        expect(Math.max(...values, 0.001)).toBeLessThanOrEqual(end * 1.000_001);
      }),
    );
  });

  test("a few values far below do not widen the picture, many do; zeros never do", () => {
    const packedWith = (small: number, value: number) => {
      const counts = new LogCounts(1000);
      for (let i = 0; i < 1000; i++) counts.add(i < small ? value : 10 + (i % 10) / 10);
      return counts.packed(240)!;
    };
    const least = ({ first, perDecade }: { first: number; perDecade: number }) => 10 ** (first / perDecade);
    expect(least(packedWith(3, 0.002))).toBeGreaterThan(2.5);
    expect(least(packedWith(100, 0.002))).toBeLessThan(0.01);
    const halfZeros = packedWith(500, 0);
    expect(least(halfZeros)).toBeGreaterThan(2.5);
    expect(halfZeros.counts[0]).toBe(500);
    expect(least(packedWith(1000, 0))).toBeCloseTo(0.001, 6);
  });

  test("none of no value", () => {
    const counts = new LogCounts(200);
    expect([counts.packed(10), counts.quantile(500)]).toEqual([null, null]);
  });
});

describe("a run's series", () => {
  test("agree with its summary", () => {
    using folder = temporaryFolder();
    recordRun(folder.file, mixedRun(400));
    using reader = openRun(folder.file);
    const { levels, requests } = summarise(reader);
    const { overTime, levels: histograms, failed, slowest, sample, stretches } = readSeries(reader);
    const count = (perSecond: number[]) => sum(perSecond) * overTime.bin;
    expect(count(overTime.sent)).toBeCloseTo(requests.total, 0);
    expect(count(overTime.succeeded)).toBeCloseTo(requests.success, 0);
    expect(count(overTime.outputTokens)).toBeCloseTo(levels[0]!.tokens.completion, -1);
    for (const [kind, n] of Object.entries(requests.by_error)) expect(count(overTime.errors[kind]!)).toBeCloseTo(n, 0);
    expect(Math.max(...overTime.inFlight)).toBeWithin(3, 4.1);
    expect(sum(histograms[0]!.histograms.latency_ms!.counts)).toBe(requests.success);
    expect(failed.map(({ errorKind }) => errorKind)).not.toContain("unsent");
    expect(Object.keys(requests.by_error).every((kind) => failed.some(({ errorKind }) => errorKind === kind))).toBe(
      true,
    );
    expect(slowest[0]!.latencyMs).toBeCloseTo(levels[0]!.latency_ms!.max, 3);
    expect([sample.sent.length, stretches[0]!.sent.length]).toEqual([400, 400]);
  });

  test("levels lie one after the other, each with its own histograms and stretch", () => {
    const at = (level: number) => (_: unknown, k: number) =>
      request({ id: level * 50 + k + 1, at: level * 10 + k / 10, level, times: [(level + 1) * 100_000, 900_000] });
    const requests = [0, 1].flatMap((level) => Array.from({ length: 50 }, at(level)));
    const levels = [0, 1].map((level) =>
      levelRow({ level, startTime: START + level * 10, endTime: START + level * 10 + 6 }),
    );
    const { overTime, levels: histograms, stretches } = seriesOf({ requests, levels });
    expect(overTime.levels.map(({ from, to }) => [from, to])).toEqual([
      [0, 6],
      [10, 16],
    ]);
    const first = histograms.map(({ histograms: { ttft_ms } }) => 10 ** (ttft_ms!.first / ttft_ms!.perDecade));
    expect(first[0]).toBeCloseTo(100, 0);
    expect(first[1]).toBeCloseTo(200, 0);
    expect(stretches.map(({ sent }) => sent[0])).toEqual([0, 10]);
  });

  test("the server's own metrics lie on the same axis: replicas added up, shares averaged, counters by their rise", () => {
    const at = (time: number, name: string, value: number, labels = "{}") => ({
      ...{ time: START + time, name, labels, value },
    });
    const [one, two] = ['{"gpu":"0"}', '{"gpu":"1"}'];
    const serverSamples = [
      at(-1, "vllm:prefix_cache_queries_total", 100),
      at(-1, "vllm:prefix_cache_hits_total", 80),
      at(-1, "vllm:num_requests_running", 99),
      at(0.5, "vllm:num_requests_running", 3, one),
      at(0.5, "vllm:num_requests_running", 4, two),
      at(0.5, "vllm:kv_cache_usage_perc", 0.2, one),
      at(0.5, "vllm:kv_cache_usage_perc", 0.4, two),
      at(0.5, "DCGM_FI_DEV_POWER_USAGE", 250, one),
      at(0.5, "DCGM_FI_DEV_POWER_USAGE", 150, two),
      at(0.5, "DCGM_FI_DEV_GPU_UTIL", 50, one),
      at(0.5, "vllm:unknown", 1),
      at(10.2, "vllm:prefix_cache_queries_total", 300),
      at(10.2, "vllm:prefix_cache_hits_total", 90),
      at(10.2, "vllm:num_requests_running", 2),
      at(10.4, "vllm:num_requests_running", 1),
      // Begun anew.
      at(20, "vllm:prefix_cache_queries_total", 10),
      at(20, "vllm:prefix_cache_hits_total", 5),
      at(900, "vllm:num_requests_running", 50),
    ];
    const requests = Array.from({ length: 60 }, (_, k) => request({ id: k + 1, at: k }));
    const levels = [levelRow({ endTime: START + 60 })];
    const { bin, server } = seriesOf({ requests, levels, serverSamples }).overTime;
    expect(bin).toBe(1);
    const read = (values: (number | null)[]) =>
      values.flatMap((value, place) => (value === null ? [] : [[place, value]]));
    expect(read(server!.running)).toEqual([
      [0, 7],
      [10, 1.5],
    ]);
    expect(read(server!.waiting)).toEqual([]);
    expect(read(server!.kvCacheUse)).toEqual([[0, 0.3]]);
    expect(read(server!.prefixHitRate)).toEqual([
      [10, 0.05],
      [20, 0.5],
    ]);
    expect([read(server!.gpuPowerW), read(server!.gpuUse)]).toEqual([[[0, 400]], [[0, 0.5]]]);
    expect(seriesOf({ requests, levels }).overTime.server).toBeNull();
    expect(seriesOf({ requests, levels, serverSamples: [at(1, "other", 1)] }).overTime.server).toBeNull();
  });

  test("a long run is cut to bounded series, its stretch lies in the middle and has no hole", () => {
    const requests = Array.from({ length: 6000 }, (_, k) =>
      request({ id: k + 1, at: k / 2, times: [50_000, 250_000] }),
    );
    const series = seriesOf({ requests, levels: [levelRow({ number: 6000, endTime: START + 3000 })] });
    expect(series.overTime.sent.length).toBeWithin(500, 1001);
    expect(series.sample.sent.length).toBe(3000);
    const { sent } = series.stretches[0]!;
    expect(sent.length).toBe(2000);
    expect(sent[0]).toBe(1500);
    expect(sent.every((time, k) => k === 0 || Math.abs(time - sent[k - 1]! - 0.5) < 1e-4)).toBe(true);
    expect(series.overTime.ttftMs.p50.every((value) => value !== null && Math.abs(value / 50 - 1) < 0.007)).toBe(true);
  });

  test("turns are told apart; with one turn there are none", () => {
    const turn = (id: number, number: number, ms: number) =>
      request({
        id,
        at: id / 10,
        turn: number,
        conversationId: "c",
        times: [ms * 1000, 400_000],
        promptTokens: number * 100,
        cachedTokens: (number - 1) * 50,
      });
    const { turns } = seriesOf({ requests: [turn(1, 1, 50), turn(2, 2, 100), turn(3, 1, 50)] });
    expect(
      turns.map(({ turn, requests, promptTokens, cacheHitRate }) => [turn, requests, promptTokens, cacheHitRate]),
    ).toEqual([
      [1, 2, 100, 0],
      [2, 1, 200, 0.25],
    ]);
    expect(turns.map(({ ttftP50Ms }) => Math.round(ttftP50Ms! / 10))).toEqual([5, 10]);
    expect(seriesOf({ requests: [turn(1, 1, 50)] }).turns).toEqual([]);
  });

  test("the client's samples are the worst of its engines, main left out", () => {
    const samples = [
      sampleRow({ time: START + 0.5, engine: 0, cpu: 0.2, loopLagMs: 7 }),
      sampleRow({ time: START + 0.5, engine: 1, cpu: 0.6, loopLagMs: 1 }),
      sampleRow({ time: START + 0.5, engine: -1, cpu: 2, loopLagMs: 99 }),
    ];
    const { overTime } = seriesOf({ requests: [request({ id: 1, at: 0, times: [100_000, 900_000] })], samples });
    expect([Math.max(...overTime.clientCpu.map(Number)), Math.max(...overTime.clientLoopLagMs.map(Number))]).toEqual([
      0.6, 7,
    ]);
  });

  test("a run of nothing has series of nothing", () => {
    const { overTime, sample, slowest, failed } = seriesOf({ requests: [] });
    expect([overTime.sent, sample.sent, slowest, failed]).toEqual([[0], [], [], []]);
  });
});
