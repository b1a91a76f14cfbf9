import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { PaceReading } from "../../src/live/pace.ts";
import { panelLines } from "../../src/live/panel.ts";
import { plainLine } from "../../src/live/plain-line.ts";
import type { Progress } from "../../src/live/progress.ts";

const progress: Progress = {
  total: 10_000,
  done: 6_250,
  failed: 12,
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
};
const pace: PaceReading = {
  requestsPerS: 1234,
  outputTokensPerS: 123_400,
  overallRequestsPerS: 1100,
  overallOutputTokensPerS: 110_000,
  leftS: 38,
};
const bare = { color: false, unicode: false };

describe("the panel", () => {
  test("says everything at 80 columns", () => {
    expect(panelLines(progress, pace, { ...bare, columns: 80 })).toEqual([
      "###########-------- 62%  6,250/10,000 requests  38s left  level 2/3: parallel 64",
      "1,000 in flight  1.23k req/s (overall 1.10k)  123k output tok/s (overall 110k)",
      "TTFT p50 120 ms  p99 840 ms  1m 02s elapsed",
      "12 failed: http_5xx 8, reset 3, timeout_idle 1",
    ]);
  });

  test("keeps the figures at 39 columns and lets the rest go", () => {
    expect(panelLines(progress, pace, { ...bare, columns: 39 })).toEqual([
      "######----- 62%  6,250/10,000  38s left",
      "1,000 in flight 1.23k req/s 123k tok/s",
      "TTFT p50 120 ms  p99 840 ms",
      "12 failed: http_5xx 8, reset 3, +1 kind",
    ]);
  });

  test("a run of unknown length has no bar, one without failures or first tokens no line for them", () => {
    const lines = panelLines({ ...progress, total: 0, failed: 0, errors: new Map(), ttftP50: null }, pace, {
      ...bare,
      columns: 80,
    });
    expect(lines).toEqual([
      "6,250 requests  38s left  level 2/3: parallel 64",
      "1,000 in flight  1.23k req/s (overall 1.10k)  123k output tok/s (overall 110k)",
      "1m 02s elapsed",
    ]);
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

  test("wide characters count double when a line is cut", () => {
    const lines = panelLines({ ...progress, errors: new Map([["日本語日本語日本語", 5]]) }, pace, {
      ...bare,
      columns: 20,
    });
    for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(20);
  });

  test("whatever the figures, names and width, no line is too wide or holds a control character", () => {
    const figure = fc.double();
    const hostile = fc.record({
      total: figure,
      done: figure,
      failed: figure,
      inFlight: figure,
      elapsedS: figure,
      ttftP50: fc.option(figure),
      ttftP99: fc.option(figure),
      levelLabel: fc.string({ unit: "binary" }),
      stopping: fc.boolean(),
      errors: fc.array(fc.tuple(fc.string({ unit: "binary" }), figure), { maxLength: 5 }).map((e) => new Map(e)),
    });
    const reading = fc.record({
      requestsPerS: fc.option(figure),
      outputTokensPerS: fc.option(figure),
      overallRequestsPerS: fc.option(figure),
      overallOutputTokensPerS: fc.option(figure),
      leftS: fc.option(figure),
    });
    const style = fc.record({ columns: fc.integer({ min: 1, max: 250 }), color: fc.boolean(), unicode: fc.boolean() });
    fc.assert(
      fc.property(hostile, reading, style, (changed, paces, look) => {
        const p = { ...progress, ...changed };
        for (const line of panelLines(p, paces, look)) {
          expect(Bun.stringWidth(line)).toBeLessThanOrEqual(look.columns);
          expect(line.replaceAll(/\x1b\[\d+m/g, "")).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
        }
        expect(plainLine(p, paces)).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
      }),
    );
  });
});

test("the plain line says it all in one go", () => {
  expect(plainLine(progress, pace)).toBe(
    "1m 02s: 6,250/10,000 requests (62%); 1,000 in flight; 1.23k req/s, 123k output tok/s; " +
      "TTFT p50 120 ms, p99 840 ms; 12 failed: http_5xx 8, reset 3, timeout_idle 1; 38s left; level 2/3: parallel 64",
  );
});
