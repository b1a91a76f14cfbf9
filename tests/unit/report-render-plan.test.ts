import { expect, test } from "bun:test";
import type { LevelSummary, RunSummary } from "../../src/metrics/summary-model.ts";
import { judgementLines, levelCount, levelLines } from "../../src/report/render-plan.ts";

const plain = (text: string) => text;

function level(index: number, parallel: number, repeat = 0): LevelSummary {
  return {
    ...{ level: index, repeat, parallel, rate: null },
    requests: { offered: 100, failed: 0, success: 100, total: 100 },
    throughput: { requests_per_s: 10 * parallel, output_tokens_per_s: 100 * parallel, items_per_s: null },
    ...{ ttft_ms: { p50: 100, p99: 200 }, tpot_ms: { p50: 10, p99: 11 }, latency_ms: { p99: 900 } },
  } as unknown as LevelSummary;
}

const SEARCH: Partial<RunSummary> = {
  levels: [level(0, 1), level(1, 2), level(1, 2, 1)],
  search: {
    by: "parallel",
    answers: [{ goal: "ttft_p99<500ms", end: "found", load: 1, text: "holds up to 1 at once, no longer at 2 at once" }],
    points: [
      { load: 1, runs: [0], votes: ["holds"], settled: true },
      { load: 2, runs: [1, 2], votes: ["fails"], settled: true },
    ],
  },
};

const wide = (summary: Partial<RunSummary>, width = 80) => levelLines(summary as RunSummary, width, plain);

test("a search: its answer, and a line for each load with means over its runs", () => {
  const lines = wide(SEARCH);
  expect(lines[0]).toContain("ttft_p99<500ms: holds up to 1 at once");
  const row = lines.find((line) => line.includes("fails"))!;
  expect(row.trim().split(/\s+/)).toEqual(["2", "2", "fails", "20.0", "200.0", "200.0", "11.0", "900.0"]);
  for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
  for (const line of wide(SEARCH, 40)) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(40);
});

test("repeats: mean and half of the interval; without one no sign of it", () => {
  const figures = {
    requests_per_s: { n: 3, mean: 20, std: 1, half_width: 2.5 },
    ttft_p99: { n: 1, mean: 200, std: null, half_width: null },
  };
  const repeats = [{ level: 0, parallel: 4, rate: null, runs: 3, figures }];
  const row = wide({ levels: [], repeats }).find((line) => line.includes("±"))!;
  expect(row.trim().split(/\s{2,}/)).toEqual(["4", "3", "20.0 ±2.5", "200.0"]);
});

test("objectives: met or which one is not, attainment and goodput", () => {
  const kept = { repeat: 0, attainment: 0.975, goodput_per_s: 9.75 };
  const result = { text: "ttft_p99<150ms", value: 200, bound: "exact", met: false } as const;
  const summary: Partial<RunSummary> = {
    levels: [level(0, 1), level(1, 2)],
    objectives: [
      { ...kept, level: 0, met: true, objectives: [{ ...result, met: true }] },
      { ...kept, level: 1, met: false, objectives: [result], attainment: null, goodput_per_s: null },
    ],
  };
  const text = judgementLines(summary as RunSummary, 80, plain).join("\n");
  expect(text).toContain("1: met; 97.50% of requests within; goodput 9.75 requests/s");
  expect(text).toContain("2: not met: ttft_p99<150ms");
});

test("levels and their runs are counted apart", () => {
  expect(levelCount([level(0, 1), level(1, 2)])).toBe("2 levels");
  expect(levelCount([level(0, 1), level(0, 1, 1), level(1, 2)])).toBe("3 runs of 2 levels");
});
