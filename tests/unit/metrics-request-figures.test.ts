import { expect, test } from "bun:test";
import fc from "fast-check";
import { distributionOf } from "../../src/metrics/distribution.ts";
import { requestFigures } from "../../src/metrics/request-figures.ts";
import { openRun } from "../../src/record/reader.ts";
import { levelRow, type MadeRequest, mixedRun, recordRun, request, START, temporaryFolder } from "./record-fixture.ts";

const distribution = (values: number[]) => distributionOf(Float64Array.from(values));

test("each figure is of all that have it, and of those sent inside the window", () => {
  const made = fc.array(
    fc.record({
      ms: fc.integer({ min: 1, max: 5000 }),
      fails: fc.boolean(),
      promptTokens: fc.option(fc.nat(9), { nil: null }),
    }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(made, fc.nat(30), fc.nat(30), (requests, from, length) => {
      using folder = temporaryFolder();
      const rows = requests.map(({ ms, fails, promptTokens }, id): MadeRequest => {
        const failure = { ending: { ok: false, kind: "reset", message: "" } } as const;
        return { id, at: id, times: [ms * 1000], promptTokens, ...(fails && failure) };
      });
      recordRun(folder.file, { requests: rows.map(request) });
      using reader = openRun(folder.file);
      const level = reader.levels()[0]!;
      const window = { start: START + from, end: START + from + length };
      const figures = requestFigures(reader, level, reader.totals(level), window);
      const isIn = (_: unknown, id: number) => id >= from && id <= from + length;
      const latencies = (of: typeof requests) => of.filter(({ fails }) => !fails).map(({ ms }) => (ms / 1000) * 1000);
      expect(figures.latency_ms).toEqual({
        whole: distribution(latencies(requests)),
        steady: distribution(latencies(requests.filter(isIn))),
      });
      const prompts = (of: typeof requests) =>
        of.flatMap(({ fails, promptTokens }) => (fails || promptTokens === null ? [] : [promptTokens]));
      expect(figures.prompt_tokens).toEqual({
        whole: distribution(prompts(requests)),
        steady: distribution(prompts(requests.filter(isIn))),
      });
      expect(figures.client_lag_ms.whole?.max ?? null).toBe(requests.length === 0 ? null : 0);
      expect(figures.latency_from_sent_ms).toEqual({ whole: null, steady: null });
    }),
    { numRuns: 25 },
  );
});

test("a run of many requests, scanned for one metric after the other, has the same figures", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, { ...mixedRun(60), levels: [levelRow({ rate: 5, parallel: null })] });
  using reader = openRun(folder.file);
  const level = reader.levels()[0]!;
  const totals = reader.totals(level);
  const window = { start: START + 1, end: START + 5 };
  const at = requestFigures(reader, level, totals, window);
  expect(requestFigures(reader, level, { ...totals, offered: 500_001 }, window)).toEqual(at);
  expect(at.latency_from_sent_ms.steady).not.toBeNull();
});
