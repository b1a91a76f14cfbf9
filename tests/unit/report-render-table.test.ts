import { expect, test } from "bun:test";
import fc from "fast-check";
import { summarise } from "../../src/metrics/summary.ts";
import type { Summary } from "../../src/metrics/summary-model.ts";
import { openRun } from "../../src/record/reader.ts";
import { renderTable } from "../../src/report/render-table.ts";
import { CONFIG, levelRow, type MadeRun, mixedRun, recordRun, request, temporaryFolder } from "./record-fixture.ts";

const PATH = "outputs/20260101_000000/test-model/benchmark_data.db";

function summaryOf(made: MadeRun): Summary {
  using folder = temporaryFolder();
  recordRun(folder.file, made);
  using reader = openRun(folder.file);
  return summarise(reader);
}

const render = (summary: Summary, color = false): string => renderTable(summary, { path: PATH, color });

/** The first line that begins so, its spacing made single. */
function line(text: string, start: string): string {
  const lines = text.split("\n").map((one) => one.trim().replace(/\s+/g, " "));
  return lines.find((one) => `${one} `.startsWith(start)) ?? "";
}

const THREE: MadeRun = {
  requests: [
    request({ id: 1, at: 0, times: [50_000, 60_000, 80_000], newConnection: true }),
    request({ id: 2, at: 1, times: [70_000, 90_000, 100_000] }),
    request({ id: 3, at: 1.5, times: [10_000], ending: { ok: false, kind: "reset", message: "" } }),
  ],
};

test("the headline: throughput, TTFT, TPOT, success and verdict", () => {
  const text = render(summaryOf(THREE));
  expect(text.split("\n")[0]).toBe("test-model  openai  http://127.0.0.1:8000/v1/chat/completions");
  expect(text.split("\n")[1]).toBe("4 at once, 3 requests in 1.51 s");
  expect(line(text, "requests/s")).toBe("requests/s 1.32 output tokens/s 3.97");
  expect(line(text, "TTFT p50")).toBe("TTFT p50 50.0 ms TTFT p99 70.0 ms");
  expect(line(text, "TPOT p50")).toBe("TPOT p50 15.0 ms TPOT p99 15.0 ms");
  expect(line(text, "success")).toBe("success 66.67% (2 of 3)");
  expect(line(text, "verdict")).toBe("verdict valid");
});

test("the distributions with their unit, what was counted, and the file", () => {
  const text = render(summaryOf(THREE));
  expect(line(text, "mean")).toBe("mean p50 p90 p95 p99 max");
  expect(line(text, "TTFT ms")).toBe("TTFT ms 60.0 50.0 70.0 70.0 70.0 70.0");
  expect(line(text, "completion tokens")).toBe("completion tokens 3 3 3 3 3 3");
  expect(line(text, "requests 3")).toBe("requests 3 sent: 2 succeeded, 1 failed");
  expect(line(text, "errors")).toBe("errors reset 1");
  expect(line(text, "tokens 20")).toStartWith("tokens 20 prompt, 6 completion, 1 of failed requests,");
  expect(text).toMatch(/counted by the\s+server/);
  expect(line(text, "steady")).toStartWith("steady none");
  expect(line(text, "client 1")).toBe("client 1 connection opened");
  expect(line(text, "file")).toBe(`file ${PATH}`);
});

test("what does not exist has no row", () => {
  const text = render(summaryOf({ requests: [request({ id: 1, at: 0, times: [5000], isStream: false })] }));
  for (const name of ["TTFT", "TPOT", "ITL", "chunk gap"]) expect(line(text, name)).toBe("");
  expect(line(text, "latency p50")).toBe("latency p50 5.00 ms latency p99 5.00 ms");
  expect(text).not.toMatch(/NaN|undefined|null/);
});

test("TTFA has a row where it is not TTFT", () => {
  expect(line(render(summaryOf(THREE)), "TTFA")).toBe("");
  const reasoned = { requests: [request({ id: 1, at: 0, times: [10_000, 90_000], firstAnswerLatency: 0.09 })] };
  expect(line(render(summaryOf(reasoned)), "TTFA")).toStartWith("TTFA ms 90.0");
});

test("a verdict that is not valid says why", () => {
  const summary = summaryOf(THREE);
  const client = { ...summary.client, verdict: "suspect" as const, reasons: ["An engine used 0.90 of a core."] };
  const text = render({ ...summary, client });
  expect(line(text, "verdict")).toBe("verdict suspect");
  expect(line(text, "An engine")).toBe("An engine used 0.90 of a core.");
});

test("several levels: a line each, and all errors", () => {
  const text = render(
    summaryOf({
      levels: [
        levelRow({ parallel: 1 }),
        levelRow({ level: 1, parallel: 16 }),
        levelRow({ level: 2, parallel: null, rate: 2.5 }),
      ],
      requests: [
        request({ id: 1, at: 0 }),
        request({ id: 2, at: 5, level: 1, times: [90_000, 95_000] }),
        request({ id: 3, at: 5, level: 1, ending: { ok: false, kind: "empty", message: "" } }),
        request({ id: 4, at: 9, level: 2, ending: { ok: false, kind: "empty", message: "" } }),
      ],
    }),
  );
  expect(text).toContain("3 levels");
  expect(line(text, "1 ")).toStartWith("1 100% 16.7 33.3 50.0 50.0 10.0 10.0 60.0");
  expect(line(text, "16 ")).toStartWith("16 50.00% ");
  expect(line(text, "2.50/s")).toBe("2.50/s 0% 0 - - - - - -");
  expect(line(text, "errors")).toBe("errors empty 2");
});

test("a run that did not end by itself says so", () => {
  const summary = summaryOf(THREE);
  const ended = (end: string, end_reason: string | null): string =>
    render({ ...summary, run: { ...summary.run, end, end_reason } }).split("\n")[2]!;
  expect(ended("running", null)).toMatch(/still running, or killed/);
  expect(ended("interrupted", "by hand")).toBe("interrupted: by hand");
  expect(ended("done", null)).toBe("");
});

test("warm-up and skipped inputs are said", () => {
  const { run, ...summary } = summaryOf(mixedRun(20));
  expect(render({ ...summary, run: { ...run, skipped: 3 } })).toContain(
    "1 warm-up request left out, 3 inputs skipped by the API plugin",
  );
});

test("colours only when asked", () => {
  const summary = summaryOf(THREE);
  expect(render(summary)).not.toContain("\u001b");
  const colored = render(summary, true);
  expect(colored).toContain("\u001b[32mvalid\u001b[39m");
  expect(Bun.stripANSI(colored)).toBe(render(summary));
});

const widths = (text: string): number[] =>
  text
    .split("\n")
    .filter((one) => !one.includes(PATH))
    .map((one) => Bun.stringWidth(one));

test("one screen, 80 columns: also for a mixed run and for huge figures", () => {
  const mixed = render(summaryOf(mixedRun(300)));
  expect(Math.max(...widths(mixed))).toBeLessThanOrEqual(80);
  expect(mixed.split("\n").length).toBeLessThanOrEqual(34);
  const slow = [1, 2, 3].map((id) =>
    request({
      id,
      at: id,
      times: [3_000_000_000, 3_500_000_000 + id],
      promptTokens: 999_999,
      completionTokens: 123_456,
    }),
  );
  expect(Math.max(...widths(render(summaryOf({ requests: slow }))))).toBeLessThanOrEqual(80);
  const levels = [levelRow({ parallel: 10_000 }), levelRow({ level: 1, parallel: 20_000 })];
  const requests = slow.map(({ outcome, payload }) => ({ outcome: { ...outcome, level: outcome.id % 2 }, payload }));
  expect(Math.max(...widths(render(summaryOf({ levels, requests }))))).toBeLessThanOrEqual(80);
});

test("no text from elsewhere reaches the terminal as it is", () => {
  const base = summaryOf(THREE);
  const hostile = fc.string({ unit: "binary", maxLength: 200 });
  fc.assert(
    fc.property(hostile, hostile, (model, reason) => {
      const config = { ...CONFIG, params: { ...CONFIG.params, model }, url: `http://${model}` };
      const level = base.levels[0]!;
      const requests = { ...level.requests, by_error: { [reason]: 1 } };
      const text = render({
        ...base,
        config,
        run: { ...base.run, end: "failed", end_reason: reason },
        levels: [{ ...level, requests }],
      });
      expect(text.replaceAll("\n", "")).not.toMatch(
        /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/,
      );
      expect(text.split("\n").length).toBe(render({ ...base, run: { ...base.run, end: "failed" } }).split("\n").length);
    }),
  );
});

test("embeddings: items and input tokens in place of output", () => {
  const embedded = { times: [500_000], tokens: [0], isStream: false, completionTokens: null, items: 8 };
  const text = render(summaryOf({ requests: [request({ id: 1, at: 0, ...embedded })] }));
  expect(line(text, "requests/s")).toBe("requests/s 2.00 items/s 16.0");
  expect(line(text, "latency p50")).toBe("latency p50 500.0 ms latency p99 500.0 ms");
  expect(line(text, "input tokens/s")).toBe("input tokens/s 20.0");
  expect(line(text, "tokens 10")).toBe("tokens 10 prompt, counted by the server");
  expect(text).not.toMatch(/TTFT|TPOT|output tokens|NaN|undefined|null/);

  const levels = [levelRow({ parallel: 1 }), levelRow({ level: 1, parallel: 2 })];
  const both = [0, 1].map((level) => request({ id: level + 1, at: level, level, ...embedded }));
  const ladder = render(summaryOf({ requests: both, levels }));
  expect(line(ladder, "load")).toBe("load success req/s items/s tok/s p50 p99");
  expect(line(ladder, "2 100%")).toBe("2 100% 2.00 16.0 20.0 500.0 500.0");
  expect(ladder).toContain("tok/s: input tokens");
});
