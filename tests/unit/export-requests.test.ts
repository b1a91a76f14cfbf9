import { expect, test } from "bun:test";
import fc from "fast-check";
import { levelRows } from "../../src/export/level-csv.ts";
import { requestLines } from "../../src/export/request-lines.ts";
import { summarise } from "../../src/metrics/summary.ts";
import { openRun } from "../../src/record/reader.ts";
import { mixedRun, recordRun, request, temporaryFolder } from "./record-fixture.ts";

test("JSON Lines: a line a request, JSON columns as what they are, whatever texts hold", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.json(), (text, json) => {
      using folder = temporaryFolder();
      recordRun(folder.file, {
        requests: [
          request({ id: 1, at: 0, payload: { request: json, outputText: text } }),
          request({ id: 2, at: 1, payload: { request: `not { JSON\n${text}` }, finishReason: null }),
        ],
      });
      using reader = openRun(folder.file);
      const lines = [...requestLines(reader)];
      expect(lines).toHaveLength(2);
      expect(lines.every((line) => line.indexOf("\n") === line.length - 1)).toBe(true);
      const [first, second] = lines.map((line) => JSON.parse(line));
      expect(first.request).toEqual(JSON.parse(json));
      expect(first).toMatchObject({ request_id: "r-1", success: 1, event_times: [50_000, 60_000], latency: 0.06 });
      expect(second.request).toStartWith("not { JSON\n");
      expect(second.finish_reason).toBeNull();
    }),
    { numRuns: 15 },
  );
});

test("CSV: a row a level, columns by their path in summary.json", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, mixedRun(60));
  using reader = openRun(folder.file);
  const summary = summarise(reader);
  const { columns, rows } = levelRows(summary);
  const [row, ...more] = [...rows];
  expect(more).toEqual([]);
  const value = (name: string) => row![columns.indexOf(name)];
  expect(value("ttft_ms.p99")).toBe(summary.levels[0]!.ttft_ms!.p99);
  expect(value("requests.by_error.reset")).toBe(3);
  expect(value("model")).toBe("test-model");
  expect(new Set(columns).size).toBe(columns.length);
});
