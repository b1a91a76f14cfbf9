import { describe, expect, test } from "bun:test";
import { AB_SCHEMA, type AbReport } from "../../src/compare/ab-model.ts";
import type { Difference } from "../../src/compare/comparison-model.ts";
import { GATE_SCHEMA, type GateResult } from "../../src/compare/gate-model.ts";
import type { ListedRun } from "../../src/compare/listed-run.ts";
import { speaker } from "../../src/report/language.ts";
import { renderAb } from "../../src/report/render-ab.ts";
import { renderGate } from "../../src/report/render-gate.ts";
import { renderRuns } from "../../src/report/render-runs.ts";

const LANGUAGES = ["en", "zh"] as const;
const ENGLISH = /[a-z]{3,} [a-z]{3,}/;

function expectWithin(text: string, columns: number): void {
  for (const line of text.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
}

const worse: Difference = {
  ...{ difference: 35.2, ratio: 1.859, interval: { low: 0.569, high: 1.2 }, scale: "ratio", basis: "runs" },
  ...{ answer: "worse", detectable: null, reason: null },
};
const open: Difference = { ...worse, answer: "inconclusive", detectable: 0.683 };
const unknown: Difference = { ...worse, answer: "inconclusive", interval: null, reason: "not measured on both sides" };

describe("plumb ab", () => {
  const figure = (name: string, unit: string, difference: Difference): AbReport["figures"][number] => {
    return { figure: name, unit, better: "lower", blocks: { a: [41], b: [76.2] }, values: [41, 76.2], difference };
  };
  const report: AbReport = {
    schema: AB_SCHEMA,
    urls: ["http://a/v1", "http://b/v1"],
    folder: "outputs/ab",
    ...{ end: "budget", answer: "mixed", pairs: 2, confidence: 0.95, margin: { ratio: 0.05, points: 0.01 } },
    thrown: [{ pair: 1, side: "A", reason: "loop_lag" }],
    figures: [
      figure("ttft_p50", "ms", worse),
      figure("output_tokens_per_s", "tokens/s", { ...worse, answer: "better" }),
      figure("latency_p50", "ms", open),
      figure("success_rate", "share", unknown),
    ],
    ...{ budget_s: 12, elapsed_s: 9.9 },
  };

  test.each([120, 80, 40])("%d columns: nothing is wider", (columns) => {
    for (const language of LANGUAGES) {
      const text = renderAb(report, { color: false, columns, language });
      expectWithin(text, columns);
      expect(text).toContain("76.2");
    }
  });

  test("in Chinese nothing but names is left in English", () => {
    const text = renderAb(report, { color: false, columns: 120, language: "zh" });
    expect(text).toContain("B 在 output_tokens_per_s +85.9% 上更好,在 ttft_p50 +85.9% 上更差");
    expect(text).toContain("不确定:并非两边都测到");
    expect(text).not.toMatch(ENGLISH);
  });
});

describe("plumb gate", () => {
  const result: GateResult = {
    ...{ schema: GATE_SCHEMA, confidence: 0.95, outcome: "failed" },
    checks: [
      {
        ...{
          figure: "ttft_p99",
          rule: "ttft_p99>+10%",
          load: "8",
          outcome: "failed",
          unit: "ms",
          value: 91.6,
          baseline: 61.7,
        },
        ...{ difference: worse, wouldFailFrom: 0.3, reason: "beyond the limit for sure" },
      },
      {
        ...{
          figure: "tpot_p50",
          rule: "tpot_p50>+10%",
          load: "8",
          outcome: "inconclusive",
          unit: "ms",
          value: 5,
          baseline: 4.9,
        },
        ...{ difference: open, wouldFailFrom: 0.547, reason: "the limit lies inside the noise" },
      },
      {
        ...{
          figure: "success_rate",
          rule: "success_rate<99.9%",
          load: "8",
          outcome: "passed",
          unit: "share",
          value: 1,
          baseline: null,
        },
        ...{ difference: null, wouldFailFrom: null, reason: "within the limit" },
      },
    ],
    notes: ["one side has a single run: it is taken to spread as the runs of the other side do"],
  };

  test.each([120, 80, 40])("%d columns: nothing is wider", (columns) => {
    for (const language of LANGUAGES) expectWithin(renderGate(result, { color: false, columns, language }), columns);
  });

  test("in Chinese nothing but names is left in English", () => {
    const text = renderGate(result, { color: false, columns: 120, language: "zh" });
    expect(text).toContain("门禁失败");
    expect(text).not.toMatch(ENGLISH);
  });
});

describe("plumb ls", () => {
  const run: ListedRun = {
    ...{ path: "outputs/20260101_120000/llama", time: 1_760_000_000, name: "llama", model: "llama-3-70b-instruct" },
    ...{ api: "openai", url: "http://a", load: ["1", "8", "64"], end: "failed", verdict: "client-limited" },
    ...{ requests: 100, success_rate: 0.9, output_tokens_per_s: 12_345, requests_per_s: 840 },
    ...{ ttft_p99_ms: 93.1, latency_p99_ms: 316 },
  };

  test.each([80, 40])("%d columns: facts go to the next line whole", (columns) => {
    for (const language of LANGUAGES) {
      const text = renderRuns([run, run], [], columns, speaker(language));
      expectWithin(text, columns);
      expect(text).toContain("TTFT p99 93.1 ms");
      expect(text).toContain(language === "en" ? "client-limited, failed" : "受客户端限制, 失败");
    }
  });

  test("with room for it a line each, in Chinese aligned by what a terminal shows", () => {
    const [header, ...lines] = renderRuns([run, run], [], 200, speaker("zh")).trimEnd().split("\n");
    expect(header).toMatch(/^时间 +模型 +负载 +成功 +请求\/秒/);
    expect(lines).toHaveLength(2);
    const column = (line: string, text: string) => Bun.stringWidth(line.slice(0, line.indexOf(text)));
    expect(column(header!, "判定")).toBe(column(lines[0]!, "受客户端限制"));
  });
});
