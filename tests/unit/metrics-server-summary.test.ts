import { expect, test } from "bun:test";
import { summarise } from "../../src/metrics/summary.ts";
import { openRun } from "../../src/record/reader.ts";
import type { ServerSampleRow } from "../../src/record/rows.ts";
import { RunWriter } from "../../src/record/writer.ts";
import { levelRow, request, runRow, START, temporaryFolder } from "./record-fixture.ts";

/** Of a level from START to START + 10, in which 40 tokens came out. */
function summaryOf(rows: Partial<ServerSampleRow>[]) {
  using folder = temporaryFolder();
  const writer = new RunWriter(folder.file, runRow(), { mode: "full" });
  writer.level(levelRow({ endTime: START + 10 }));
  const tokens = Array.from({ length: 10 }, () => 2);
  const times = tokens.map((_, i) => 50_000 + i * 1000);
  writer.add([1, 2].map((id) => request({ id, at: id, times, tokens })));
  writer.serverSamples(rows.map((row) => ({ time: START + 1, name: "", labels: "{}", value: 0, ...row })));
  writer.commit();
  writer.finish("done", null);
  using reader = openRun(folder.file);
  return summarise(reader).levels[0]!.server;
}

const at = (second: number, name: string, value: number, labels = "{}") => ({
  time: START + second,
  name,
  labels,
  value,
});

test("nothing read: no server in the summary", () => {
  expect(summaryOf([])).toBeUndefined();
  expect(summaryOf([at(-5, "vllm:num_requests_running", 3), at(1, "unknown", 1)])).toBeUndefined();
});

test("gauges are added up over replicas and averaged over time, shares are averaged; idle readings are no load", () => {
  const server = summaryOf([
    at(1, "vllm:num_requests_running", 2, '{"engine":"0"}'),
    at(1, "vllm:num_requests_running", 4, '{"engine":"1"}'),
    at(2, "vllm:num_requests_running", 1, '{"engine":"0"}'),
    at(2, "vllm:num_requests_running", 1, '{"engine":"1"}'),
    at(11, "vllm:num_requests_running", 0, '{"engine":"0"}'),
    at(1, "vllm:kv_cache_usage_perc", 0.2, '{"engine":"0"}'),
    at(1, "vllm:kv_cache_usage_perc", 0.6, '{"engine":"1"}'),
  ]);
  expect(server).toMatchObject({ running: { mean: 4, max: 6 }, waiting: null, gpu: null });
  expect(server?.kv_cache_use?.mean).toBeCloseTo(0.4);
});

test("counters count by what they went up, over a restart and up to the reading behind the end", () => {
  const server = summaryOf([
    ...[100, 150, 20, 60].map((value, i) => at(i + 1, "vllm:prefix_cache_hits", value)),
    ...[1000, 1100, 100, 200].map((value, i) => at(i + 1, "vllm:prefix_cache_queries", value)),
    at(1, "llamacpp:tokens_predicted_total", 5),
    at(11, "llamacpp:tokens_predicted_total", 45),
    at(12, "llamacpp:tokens_predicted_total", 90),
  ]);
  // 50 + 20 + 40 of 100 + 100 + 100
  expect(server?.prefix_cache_hit_rate).toBeCloseTo(110 / 300);
  expect(server?.generated_tokens).toBe(40);
  expect(server?.spec_acceptance_rate).toBeNull();
});

test("the same figure by the names of SGLang, TGI and llama.cpp", () => {
  const named = { "sglang:num_queue_reqs": 7, tgi_queue_size: 7, "llamacpp:requests_deferred": 7 };
  for (const [name, value] of Object.entries(named)) {
    expect(summaryOf([at(1, name, value)])?.waiting).toEqual({ mean: 7, max: 7 });
  }
  expect(summaryOf([at(1, "sglang:cache_hit_rate", 0.5)])?.prefix_cache_hit_rate).toBe(0.5);
});

test("GPUs: energy by their counters, else from power over time; joules for each output token", () => {
  const power = [at(1, "DCGM_FI_DEV_POWER_USAGE", 100, "a"), at(3, "DCGM_FI_DEV_POWER_USAGE", 300, "a")];
  expect(summaryOf(power)?.gpu).toMatchObject({
    gpus: 1,
    power_w: { mean: 200, max: 300 },
    energy_j: 400,
    joules_per_output_token: 10,
  });
  const counted = [
    at(1, "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", 1_000_000, "a"),
    at(3, "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", 1_800_000, "a"),
    at(3, "DCGM_FI_DEV_GPU_UTIL", 50, "a"),
    at(3, "DCGM_FI_DEV_FB_USED", 2, "a"),
  ];
  expect(summaryOf([...power, ...counted])?.gpu).toMatchObject({
    energy_j: 800,
    use: { max: 0.5 },
    memory_bytes: { max: 2_097_152 },
    joules_per_output_token: 20,
  });
});
