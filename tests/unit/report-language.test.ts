import { describe, expect, test } from "bun:test";
import { distributionOf } from "../../src/metrics/distribution.ts";
import { summarise } from "../../src/metrics/summary.ts";
import type { Calibration, Distribution, LevelSummary, RunSummary } from "../../src/metrics/summary-model.ts";
import { openRun } from "../../src/record/reader.ts";
import { datasets } from "../../src/registry/built-in-datasets.ts";
import { figureWithin } from "../../src/report/figure-text.ts";
import { labelledLines, wrapped } from "../../src/report/labelled-line.ts";
import { languageFor, speaker } from "../../src/report/language.ts";
import { CHINESE } from "../../src/report/language-zh.ts";
import { CHINESE_DATASETS } from "../../src/report/language-zh-data.ts";
import { inChinese } from "../../src/report/language-zh-sentences.ts";
import { quantileInterval } from "../../src/report/quantile-interval.ts";
import { renderCalibration } from "../../src/report/render-calibration.ts";
import { renderTable } from "../../src/report/render-table.ts";
import { recordRun, request, temporaryFolder } from "./record-fixture.ts";

describe("the language", () => {
  test("what was asked for goes before the locale, LC_ALL before LANG", () => {
    expect(languageFor(undefined, {})).toBe("en");
    expect(languageFor(undefined, { LANG: "zh_CN.UTF-8" })).toBe("zh");
    expect(languageFor(undefined, { LANG: "zh_CN.UTF-8", LC_ALL: "C" })).toBe("en");
    expect(languageFor(undefined, { LANG: "zh_CN.UTF-8", LC_ALL: "" })).toBe("zh");
    expect(languageFor("en", { LC_ALL: "zh_TW" })).toBe("en");
  });

  test("a translation has the places of its phrase, no more and no fewer", () => {
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted();
    for (const [phrase, chinese] of Object.entries(CHINESE)) expect(places(chinese)).toEqual(places(phrase));
  });

  test("phrases, counts and words", () => {
    const [en, zh] = [speaker("en"), speaker("zh")];
    expect(en("{n} opened", { n: en.counted(1, "connection") })).toBe("1 connection opened");
    expect(zh("{n} opened", { n: zh.counted(4200, "connection") })).toBe("打开 4,200 个连接");
    expect([en.word("mean"), zh.word("mean"), zh.word("p99"), zh.word("toString")]).toEqual([
      "mean",
      "均值",
      "p99",
      "toString",
    ]);
  });

  test("values stand as they are, whatever is in them", () => {
    expect(speaker("zh")("through the proxy {proxy}", { proxy: "http://{proxy}$1" })).toBe("经由代理 http://{proxy}$1");
  });
});

test("sentences of the verdict and of a ladder in Chinese, unknown ones as they are", () => {
  expect(
    inChinese(
      "loop_lag 38.2 ms at level 2 (limit 25.0 ms): TTFT and latency p99 may be up to 61 ms too high. " +
        "Try --engines 2, or --transport socket, or another machine.",
    ),
  ).toBe(
    "loop_lag 38.2 ms,第 2 档 (限值 25.0 ms):TTFT 和延迟的 p99 可能偏高,最多 61 ms。" +
      "可试 --engines 2,或 --transport socket,或换一台机器。",
  );
  expect(inChinese("not yet saturated at 16 at once: higher levels may give more throughput")).toBe(
    "并发 16 时尚未饱和:更高的负载可能有更高的吞吐",
  );
  expect(inChinese("something new")).toBe("something new");
});

describe("Chinese text", () => {
  test("is broken between characters, not before a closing mark, and never wider than asked", () => {
    const text = "打开了 12 个连接,而 8 个就够:最多 50% 的 TTFT 含建立连接的时间。";
    for (let width = 8; width < 40; width++) {
      const lines = wrapped(text, width);
      for (const line of lines) {
        expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
        expect(line).not.toMatch(/^[,。;:]/);
      }
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    }
  });

  test("as a label takes the columns that a terminal shows", () => {
    expect(labelledLines("成功", "100%", 40)).toEqual([`  成功${" ".repeat(8)}100%`]);
  });
});

describe("what the data bear out", () => {
  const even = (n: number): Distribution => {
    const at = (q: number) => Math.ceil(q * n);
    return {
      ...{ mean: n / 2, min: 1, max: n, std: n / Math.sqrt(12), p1: at(0.01), p5: at(0.05), p10: at(0.1) },
      ...{ p25: at(0.25), p50: at(0.5), p75: at(0.75), p90: at(0.9), p95: at(0.95), p99: at(0.99) },
    };
  };

  test("the interval of a quantile is by its rank's, and open above where there are too few", () => {
    const median = quantileInterval(even(10_000), 10_000, 0.5)!;
    expect(median.low).toBeCloseTo(4902, -1);
    expect(median.high!).toBeCloseTo(5099, -1);
    expect(quantileInterval(even(100), 100, 0.99)?.high).toBeNull();
    expect(quantileInterval(even(1000), 1000, 0.99)?.high).toBeGreaterThan(990);
    expect(quantileInterval(even(19), 19, 0.5)).toBeNull();
  });

  test("a figure has two digits of its interval's half, never more than it usually has", () => {
    expect(figureWithin(843.7, 145)).toBe("840");
    expect(figureWithin(843.7, 14)).toBe("844");
    expect(figureWithin(52.47, 2.3)).toBe("52.5");
    expect(figureWithin(52.47, 0.002)).toBe("52.5");
    expect(figureWithin(12_345, 1000)).toBe("12,300");
    expect(figureWithin(52.47, 0)).toBe("52.5");
  });
});

describe("a report in Chinese", () => {
  const server: NonNullable<LevelSummary["server"]> = {
    ...{
      readings: 12,
      running: { mean: 3, max: 5 },
      waiting: { mean: 1, max: 2 },
      kv_cache_use: { mean: 0.5, max: 0.9 },
    },
    ...{
      prefix_cache_hit_rate: 0.75,
      spec_acceptance_rate: 0.6,
      preemptions: 2,
      prompt_tokens: 9,
      generated_tokens: 9,
    },
    gpu: {
      ...{
        gpus: 2,
        power_w: { mean: 200, max: 300 },
        use: { mean: 0.9, max: 1 },
        memory_bytes: { mean: 4e10, max: 5e10 },
      },
      ...{ energy_j: 1234, joules_per_output_token: 1.2 },
    },
  };
  const lengths: NonNullable<LevelSummary["lengths"]> = (() => {
    const even = (n: number) => distributionOf(Float64Array.from([n, n + 1]))!;
    const off = { requests: 9, asked: even(100), got: even(120), exact_share: 0.1, off_by_more_than_5_percent: 0.9 };
    return { input: off, output: { ...off, exact_share: 1 } };
  })();

  /** Everything that a level can say at once, under the verdict that says most. */
  function everything(): RunSummary {
    using folder = temporaryFolder();
    const turn = (id: number, conversationId: string, turn: number) =>
      request({
        id,
        at: id,
        conversationId,
        turn,
        turns: 3,
        model: `m${id % 2}`,
        endpoint: `http://${id % 2}/v1`,
        part: `p${id % 2}`,
      });
    const broken = { ...{ ending: { ok: false, kind: "reset", message: "" } as const }, times: [] };
    const requests = [turn(1, "a", 0), turn(2, "a", 1), turn(3, "b", 0), turn(4, "b", 1)].map((one, k) =>
      k === 3 ? { ...one, outcome: { ...one.outcome, ending: broken.ending } } : one,
    );
    recordRun(folder.file, { requests });
    using reader = openRun(folder.file);
    const summary = summarise(reader);
    const spread = { p50: 1, p99: 2, max: 3 };
    const calibration: Calibration = {
      ...{ parallel: 4, requests: 8, compared: 7, server: { ttft_ms: 200, itl_ms: 20, tokens: 64 } },
      ...{ ttft_error_ms: spread, tpot_error_ms: spread, latency_error_ms: spread },
      ...{ verdict: "suspect", estimated_ttft_error_ms: 12 },
    };
    const reasons = [
      "core_wait 22.7% (limit 10.0%): replies lay unread meanwhile, and were stamped late. Try another machine.",
    ];
    return {
      ...summary,
      run: { ...summary.run, warmup: 2, skipped: 1, end: "failed", end_reason: "3 requests failed: --max-errors 3" },
      levels: summary.levels.map((level) => ({
        ...level,
        server,
        lengths,
        end_reason: "1 of 20 requests failed: --max-error-rate 0.05",
      })),
      client: { ...summary.client, verdict: "client-limited", reasons, calibration: [calibration] },
    };
  }

  test("leaves nothing in English but names, and is never wider than the terminal", () => {
    const summary = everything();
    for (const columns of [80, 60, 40]) {
      const text = renderTable(summary, { path: "", color: false, columns, language: "zh" });
      expect(text.replace(/--[\w-]+ \w+/g, "")).not.toMatch(/[a-z]{3,} [a-z]{3,}/);
      for (const line of text.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    }
    const english = renderTable(summary, { path: "", color: false, language: "en" });
    for (const label of ["dialogues", "turns", "lengths", "server", "GPU", "models", "endpoints", "parts", "error"]) {
      expect(english).toMatch(new RegExp(`^  ${label} `, "m"));
    }
    const figures = (text: string) =>
      text
        .replace(/\s+/g, " ")
        .match(/\d+\.\d+/g)
        ?.toSorted();
    const chinese = renderTable(summary, { path: "", color: false, language: "zh" });
    expect(figures(chinese)).toEqual(figures(english));
  });

  test("so does what calibrate prints", () => {
    const { calibration } = everything().client;
    const text = renderCalibration(calibration!, speaker("zh"));
    expect(text.join("\n")).not.toMatch(/[a-z]{3,} [a-z]{3,}/);
    for (const line of text) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
  });
});

test("every built-in dataset says in Chinese what it sends", async () => {
  const described = (await datasets()).all().flatMap(({ plugin }) => (plugin.about === undefined ? [] : [plugin.name]));
  expect(Object.keys(CHINESE_DATASETS).toSorted()).toEqual(described.toSorted());
});
