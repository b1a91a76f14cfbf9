import { expect, test } from "bun:test";
import fc from "fast-check";
import { summarise } from "../../src/metrics/summary.ts";
import type { RunSummary, Summary } from "../../src/metrics/summary-model.ts";
import { openRun } from "../../src/record/reader.ts";
import { printable } from "../../src/report/printable.ts";
import { renderTable } from "../../src/report/render-table.ts";
import {
  CONFIG,
  levelRow,
  type MadeRequest,
  type MadeRun,
  mixedRun,
  recordRun,
  request,
  START,
  temporaryFolder,
} from "./record-fixture.ts";

const PATH = "outputs/20260101_000000/test-model/benchmark_data.db";

function summaryOf(made: MadeRun): Summary {
  using folder = temporaryFolder();
  recordRun(folder.file, made);
  using reader = openRun(folder.file);
  return summarise(reader);
}

const render = (summary: RunSummary, color = false): string => renderTable(summary, { path: PATH, color });

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
  expect(line(text, "errors")).toBe("errors reset 1; 1 output token arrived in failed requests");
  expect(line(text, "tokens 20")).toStartWith("tokens 20 prompt, 6 completion, counted by the server,");
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
  expect(line(text, "+failed")).toBe("+failed 50.0 90.0 failed");
  expect(line(text, "success")).toBe("success 50.00% (2 of 4)");
  expect(line(text, "errors")).toBe("errors empty 2; 4 output tokens arrived in failed requests");
});

const TIMED_OUT: Partial<MadeRequest> = {
  times: [],
  latency: 120,
  completedTime: START + 120,
  completionTokens: null,
};

test("where something failed, percentiles with failures stand beside those of the successes", () => {
  const late = request({ id: 3, at: 0, ...TIMED_OUT, ending: { ok: false, kind: "timeout_idle", message: "" } });
  const text = render(summaryOf({ requests: [...THREE.requests.slice(0, 2), late] }));
  const lines = text.split("\n").map((one) => one.trim().replace(/\s+/g, " "));
  const after = (start: string) => lines[lines.findIndex((one) => one.startsWith(start)) + 1];
  expect(after("TTFT p50 50.0 ms TTFT p99 70.0 ms")).toBe("with failures 70.0 ms with failures > 120.0 s");
  expect(after("TTFT ms")).toBe("with failures s - 0.070 > 120.0 > 120.0 > 120.0 -");
  expect(after("latency ms")).toBe("with failures s - 0.100 > 120.0 > 120.0 > 120.0 -");
  expect(render(summaryOf({ requests: THREE.requests.slice(0, 2) }))).not.toContain("with failures");
});

test("a run in which nothing succeeded says that first", () => {
  const failed = (id: number, level = 0) =>
    request({ id, at: id, level, times: [], ending: { ok: false, kind: "connect", message: "" } });
  const body = (made: MadeRun): string[] => render(summaryOf(made)).split("\n").slice(3);
  const one = body({ requests: [failed(1), failed(2)] });
  expect(one[0]).toBe("  no request succeeded");
  expect(line(one.join("\n"), "success")).toBe("success 0% (0 of 2)");
  expect(one.join("\n")).not.toMatch(/requests\/s|TPOT/);
  expect(line(one.join("\n"), "latency")).toBe("latency ms - failed failed failed failed -");
  const levels = [levelRow(), levelRow({ level: 1 })];
  expect(body({ levels, requests: [failed(1), failed(2, 1)] })[0]).toBe("  no request succeeded");
  expect(body({ requests: [] })[0]).not.toContain("no request succeeded");
});

test("the success rate is coloured below 99%", () => {
  const colored = (success: number): string => {
    const base = summaryOf(THREE);
    const requests = { ...base.requests, offered: 1000, total: 1000, success, failed: 1000 - success };
    return render({ ...base, requests }, true);
  };
  expect(colored(1000)).toContain("\u001b[32m100%\u001b[39m");
  expect(colored(990)).toContain("success     99.00% (");
  expect(colored(989)).toContain("\u001b[33m98.90%\u001b[39m");
  expect(colored(899)).toContain("\u001b[31m89.90%\u001b[39m");
});

test("a narrower terminal: two columns of names and values, nothing wider than it", () => {
  const one = summaryOf(mixedRun(300));
  const several = summaryOf({
    levels: [levelRow({ parallel: 1 }), levelRow({ level: 1, parallel: 16 })],
    requests: [
      request({ id: 1, at: 0 }),
      request({ id: 2, at: 5, level: 1 }),
      request({ id: 3, at: 5, level: 1, ending: { ok: false, kind: "empty", message: "" } }),
    ],
  });
  for (const summary of [one, several]) {
    for (let columns = 40; columns <= 80; columns += 2) {
      const lines = renderTable(summary, { path: "", color: true, columns }).split("\n");
      expect(Math.max(...lines.map((each) => Bun.stringWidth(each)))).toBeLessThanOrEqual(columns);
    }
    expect(renderTable(summary, { path: PATH, color: false, columns: 300 })).toBe(render(summary));
    expect(renderTable(summary, { path: PATH, color: false, columns: 0 })).toBe(render(summary));
  }
  const narrow = renderTable(one, { path: PATH, color: false, columns: 50 });
  expect(line(narrow, "TTFT p99")).toBe("TTFT p99 59.9 ms (≥ 59.6)");
  expect(line(narrow, "latency with failures p99")).toBe("latency with failures p99 failed");
  const ladder = renderTable(several, { path: PATH, color: false, columns: 50 });
  expect(line(ladder, "load 16")).toBe("load 16");
  expect(line(ladder, "latency p99 +failed")).toBe("latency p99 +failed failed");
});

test("certificates that were not checked, and a proxy, are said", () => {
  const summary = summaryOf(THREE);
  const through = (change: object): string => {
    const connection = { ...CONFIG.connection, ...change };
    return render({ ...summary, config: { ...CONFIG, connection } });
  };
  expect(through({ insecure: true })).toContain("TLS certificates were not checked (--insecure)");
  expect(through({ proxy: "http://proxy:3128" })).toContain("through the proxy http://proxy:3128");
  expect(through({})).toBe(render(summary));
  const { connection: _, ...older } = CONFIG;
  expect(render({ ...summary, config: older })).toBe(render(summary));
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
  expect(mixed.split("\n").length).toBeLessThanOrEqual(36);
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

test("in Chinese: the same figures, aligned by what a terminal shows, within 80 columns", () => {
  const summary = summaryOf(mixedRun(300));
  const chinese = renderTable(summary, { path: PATH, color: false, language: "zh" });
  expect(Math.max(...widths(chinese))).toBeLessThanOrEqual(80);
  expect(line(chinese, "成功")).toStartWith("成功 92.69% (301 中的 279,1 未发送)");
  expect(line(chinese, "判定")).toBe("判定 有效");
  const figures = (text: string) => text.match(/\d+\.\d+/g)?.toSorted();
  expect(figures(chinese)).toEqual(figures(render(summary)));
  // Columns of the distributions end at the same place in every row.
  const rows = chinese.split("\n").filter((one) => / (?:ms|token) +[\d,.-]+ +[\d,.-]+ /.test(one));
  expect(rows.length).toBeGreaterThan(8);
  expect(new Set(rows.map((row) => Bun.stringWidth(row))).size).toBe(1);
});

test("intervals stand beside the headline where the figure's digits do not tell enough", () => {
  const text = render(summaryOf(mixedRun(300)));
  expect(line(text, "TTFT p50")).toMatch(/^TTFT p50 49\.6 ms \(48\.7–50\.9\) TTFT p99 59\.9 ms \(≥ 59\.6\)$/);
  expect(text).toContain("95% intervals");
  expect(render(summaryOf(THREE))).not.toContain("intervals");
});

test("advice: of the ladder, unless plumb's own machine was the limit", () => {
  const base = summaryOf({
    levels: [levelRow({ parallel: 1 }), levelRow({ level: 1, parallel: 16 })],
    requests: [request({ id: 1, at: 0 }), request({ id: 2, at: 5, level: 1 }), request({ id: 3, at: 5, level: 1 })],
  });
  expect(line(render(base), "advice")).toBe(
    `advice ${base.curve!.advice}`.slice(0, line(render(base), "advice").length),
  );
  expect(line(render(base), "advice")).toContain("not yet saturated at 16 at once");
  expect(line(render(base), "best")).toStartWith("best 16 at once: ");
  const limited = render({ ...base, client: { ...base.client, verdict: "client-limited" } });
  expect(line(limited, "advice")).toStartWith("advice plumb's own machine was the limit");
  expect(limited).not.toContain("not yet saturated");
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
      const clean = render({ ...base, run: { ...base.run, end: "failed", end_reason: printable(reason) } });
      expect(text.split("\n").length).toBe(clean.split("\n").length);
    }),
    { numRuns: 50 },
  );
}, 30_000);

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
