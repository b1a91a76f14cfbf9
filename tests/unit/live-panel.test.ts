import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { PaceReading } from "../../src/live/pace.ts";
import { panelLines } from "../../src/live/panel.ts";
import { plainLine } from "../../src/live/plain-line.ts";
import type { Progress } from "../../src/live/progress.ts";
import { ENGLISH_SAY, speaker } from "../../src/report/language.ts";

const progress: Progress = {
  total: 10_000,
  timeShare: null,
  done: 6_250,
  ended: 6_250,
  conversations: false,
  failed: 12,
  apart: 0,
  inFlight: 1_000,
  outputTokens: 625_000,
  errors: new Map([
    ["reset", 3],
    ["http_5xx", 8],
    ["timeout_idle", 1],
  ]),
  elapsedS: 62,
  ttftP50: 120,
  ttftP99: 840,
  level: 1,
  levels: 3,
  levelLabel: "parallel 64",
  stopping: false,
  recent: {
    requestsPerS: [0, 500, 1000],
    outputTokensPerS: [0, 100_000, 50_000],
    ttft: { p50: 120, p99: 840, p50Curve: [null, 60, 120], p99Curve: [null, 840, 420] },
    tpot: { p50: 8.3, p99: 12, p50Curve: [null, 8, 8], p99Curve: [null, 12, 12] },
    latency: { p50: 1234, p99: 12_400, p50Curve: [null, null, 1234], p99Curve: [null, null, 12_400] },
  },
  client: { cpu: 0.32, loopLagMs: 1.2 },
};
const nothing = { requestsPerS: [], outputTokensPerS: [], ttft: null, tpot: null, latency: null };
const pace: PaceReading = {
  requestsPerS: 1234,
  outputTokensPerS: 123_400,
  overallRequestsPerS: 1100,
  overallOutputTokensPerS: 110_000,
  leftS: 38,
};
const bare = { color: false, unicode: false, rows: 23, say: ENGLISH_SAY };

describe("the panel", () => {
  test("says everything at 80 columns", () => {
    expect(panelLines(progress, pace, { ...bare, columns: 80 })).toEqual([
      "###########-------- 62%  6,250/10,000 requests  38s left  level 2/3: parallel 64",
      "1,000 in flight  1m 02s elapsed  1.10k req/s, 110k output tok/s overall",
      "rate     req/s   1.23k                  _=#  tok/s    123k                  _#=",
      "TTFT     p50    120 ms                   =#  p99    840 ms                   #=",
      "TPOT     p50    8.3 ms                   ##  p99     12 ms                   ##",
      "latency  p50   1234 ms                    #  p99    12.4 s                    #",
      "plumb    engine at 32% of a core  loop lag 1.2 ms",
      "12 failed: http_5xx 8, reset 3, timeout_idle 1",
    ]);
  });

  test("keeps the figures at 39 columns and lets the rest go", () => {
    expect(panelLines(progress, pace, { ...bare, columns: 39 })).toEqual([
      "######----- 62%  6,250/10,000  38s left",
      "1,000 in flight 1.23k req/s 123k tok/s",
      "level 2/3: parallel 64",
      "TTFT p50 120 ms  p99 840 ms",
      "TPOT p50 8.3 ms  p99 12 ms",
      "latency p50 1234 ms  p99 12.4 s",
      "plumb 32% of a core, loop lag 1.2 ms",
      "12 failed: http_5xx 8, reset 3, +1 kind",
    ]);
  });

  test("a run of unknown length has no bar, one without failures or first tokens no line for them", () => {
    const early = { ...progress, total: 0, failed: 0, errors: new Map(), recent: nothing, client: null };
    const lines = panelLines(early, pace, { ...bare, columns: 80 });
    expect(lines).toEqual([
      "6,250 requests  38s left  level 2/3: parallel 64",
      "1,000 in flight  1m 02s elapsed  1.10k req/s, 110k output tok/s overall",
      `rate     req/s   1.23k${" ".repeat(23)}tok/s    123k`.padEnd(79),
    ]);
  });

  test("a low terminal keeps what is urgent and loses curves", () => {
    const lines = panelLines(progress, pace, { ...bare, columns: 80, rows: 4 });
    expect(lines).toHaveLength(4);
    expect(lines[2]).toStartWith("rate");
    expect(lines[3]).toStartWith("12 failed");
  });

  test("100% is not said before the last request has ended", () => {
    const lines = panelLines({ ...progress, done: 9_999 }, pace, { ...bare, columns: 80 });
    expect(lines[0]).toContain(" 99%");
  });

  test("a run that is being stopped says so instead of a time left", () => {
    const first = panelLines({ ...progress, stopping: true }, pace, { ...bare, columns: 80 })[0];
    expect(first).toContain("stopping");
    expect(first).not.toContain("left");
  });

  test("a run that is being stopped says what the next Ctrl-C does, at any width", () => {
    for (const columns of [80, 60, 39, 24]) {
      const lines = panelLines({ ...progress, stopping: true }, pace, { ...bare, columns });
      expect(lines.at(-2)).toMatch(/Ctrl-C gives/);
      expect(Bun.stringWidth(lines.at(-2)!)).toBeLessThanOrEqual(columns);
    }
    expect(panelLines(progress, pace, { ...bare, columns: 80 }).join()).not.toContain("Ctrl-C");
  });

  test("wide characters count double when a line is cut", () => {
    const lines = panelLines({ ...progress, errors: new Map([["日本語日本語日本語", 5]]) }, pace, {
      ...bare,
      columns: 20,
    });
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(20);
  });

  test("whatever the figures, names and width, no line is too wide or holds a control character", () => {
    const figure = fc.double();
    const curve = fc.array(fc.option(figure));
    const recentReading = fc.record({ p50: figure, p99: figure, p50Curve: curve, p99Curve: curve });
    const hostile = fc.record({
      total: figure,
      done: figure,
      ended: figure,
      conversations: fc.boolean(),
      failed: figure,
      apart: figure,
      inFlight: figure,
      elapsedS: figure,
      ttftP50: fc.option(figure),
      ttftP99: fc.option(figure),
      levelLabel: fc.string({ unit: "binary" }),
      stopping: fc.boolean(),
      recent: fc.record({
        requestsPerS: fc.array(figure),
        outputTokensPerS: fc.array(figure),
        ttft: fc.option(recentReading),
        tpot: fc.option(recentReading),
        latency: fc.option(recentReading),
      }),
      client: fc.option(fc.record({ cpu: figure, loopLagMs: figure })),
      errors: fc.array(fc.tuple(fc.string({ unit: "binary" }), figure), { maxLength: 5 }).map((e) => new Map(e)),
    });
    const reading = fc.record({
      requestsPerS: fc.option(figure),
      outputTokensPerS: fc.option(figure),
      overallRequestsPerS: fc.option(figure),
      overallOutputTokensPerS: fc.option(figure),
      leftS: fc.option(figure),
    });
    const style = fc.record({
      columns: fc.integer({ min: 1, max: 250 }),
      rows: fc.integer({ min: 1, max: 30 }),
      color: fc.boolean(),
      unicode: fc.boolean(),
      say: fc.constantFrom(ENGLISH_SAY, speaker("zh")),
    });
    fc.assert(
      fc.property(hostile, reading, style, (changed, paces, look) => {
        const p = { ...progress, ...changed };
        const lines = panelLines(p, paces, look);
        expect(lines.length).toBeLessThanOrEqual(look.rows);
        for (const line of lines) {
          expect(Bun.stringWidth(line)).toBeLessThanOrEqual(look.columns);
          expect(line.replaceAll(/\x1b\[\d+m/g, "")).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
        }
        expect(plainLine(p, paces, look.say)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      }),
    );
  });
});

describe("in Chinese", () => {
  const zh = speaker("zh");

  test("the panel at 80 columns, aligned by what a terminal shows", () => {
    const lines = panelLines(progress, pace, { ...bare, say: zh, columns: 80 });
    expect(lines).toEqual([
      "###############--------- 62%  6,250/10,000 个请求  剩 38s  第 2/3 档:parallel 64",
      "在途 1,000  已过 1m 02s  总计 1.10k 请求/秒,110k 输出 token/秒",
      "速率     req/s   1.23k                  _=#  tok/s    123k                  _#=",
      "TTFT     p50    120 ms                   =#  p99    840 ms                   #=",
      "TPOT     p50    8.3 ms                   ##  p99     12 ms                   ##",
      "延迟     p50   1234 ms                    #  p99    12.4 s                    #",
      "plumb    引擎占用 32% 个核  事件循环滞后 1.2 ms",
      "失败 12:http_5xx 8, reset 3, timeout_idle 1",
    ]);
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(80);
  });

  test("nothing of the panel or of the line is left in English, whatever the state", () => {
    const states = [progress, { ...progress, stopping: true, conversations: true }, { ...progress, levels: 1 }];
    for (const state of states) {
      for (const columns of [80, 39]) {
        const text = panelLines(state, pace, { ...bare, say: zh, columns })
          .join("\n")
          .replaceAll("parallel 64", "");
        expect(text).not.toMatch(/[a-z]{3,} [a-z]{3,}/);
      }
      expect(plainLine(state, pace, zh).replaceAll("parallel 64", "")).not.toMatch(/[a-z]{3,} [a-z]{3,}/);
    }
    expect(plainLine({ ...progress, conversations: true }, pace, zh)).toStartWith(
      "1m 02s: 6,250/10,000 个对话 (62%); 在途 1,000; 1.23k 请求/秒, 123k 输出 token/秒; ",
    );
  });
});

test("conversations are counted as such", () => {
  const talking = { ...progress, conversations: true };
  expect(panelLines(talking, pace, { ...bare, columns: 100 })[0]).toContain("6,250/10,000 conversations");
});

test("the plain line says it all in one go", () => {
  expect(plainLine(progress, pace)).toBe(
    "1m 02s: 6,250/10,000 requests (62%); 1,000 in flight; 1.23k req/s, 123k output tok/s; " +
      "TTFT p50 120 ms, p99 840 ms; 12 failed: http_5xx 8, reset 3, timeout_idle 1; 38s left; level 2/3: parallel 64",
  );
});
