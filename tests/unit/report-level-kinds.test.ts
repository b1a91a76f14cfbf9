import { expect, test } from "bun:test";
import { curveOf } from "../../src/metrics/curve.ts";
import { summarise } from "../../src/metrics/summary.ts";
import type { Summary } from "../../src/metrics/summary-model.ts";
import { openRun } from "../../src/record/reader.ts";
import type { Language } from "../../src/report/language.ts";
import { renderTable } from "../../src/report/render-table.ts";
import { CONFIG, levelRow, type MadeRequest, recordRun, request, runRow, temporaryFolder } from "./record-fixture.ts";

/** Two levels of 12 requests, `kindOf` saying what each is. */
function ofTwoLevels(kindOf: (k: number) => Partial<MadeRequest>): Summary {
  const requests = Array.from({ length: 24 }, (_, k) => {
    const times = k % 2 === 0 ? [20_000, 30_000] : [80_000, 120_000];
    return request({ id: k, at: k / 4, level: k < 12 ? 0 : 1, times, ...kindOf(k) });
  });
  using folder = temporaryFolder();
  recordRun(folder.file, { levels: [levelRow({ parallel: 2 }), levelRow({ level: 1, parallel: 4 })], requests });
  using reader = openRun(folder.file);
  return summarise(reader);
}

const failed = { ending: { ok: false, kind: "reset", message: "" } } as const;
const ofModels = (k: number): Partial<MadeRequest> => ({
  model: k % 2 === 0 ? "fast" : "slow",
  endpoint: `http://${k % 3 === 0 ? "a" : "b"}/v1`,
  ...(k === 1 && failed),
});

/** Lines of the table under a label, their spacing made single. */
function under(label: string, summary: Summary, columns = 80, language: Language = "en"): string[] {
  const lines = renderTable(summary, { path: "", color: false, columns, language }).split("\n");
  const from = lines.indexOf(`  ${label}`);
  if (from < 0) return [];
  const own = lines.slice(from + 1);
  return own.slice(0, own.indexOf("")).map((line) => line.trim().replace(/\s+/g, " "));
}

test("several levels: under each model and endpoint a line for each level", () => {
  const summary = ofTwoLevels(ofModels);
  const [groups, headers, ...rows] = under("models", summary);
  expect(groups).toBe("TTFT TPOT latency");
  expect(headers).toBe("load success tok/s p50 p99 p50 p99 p99");
  expect(rows.filter((row) => !/^[24] /.test(row)).slice(0, 2)).toEqual(["fast", "slow"]);
  expect(rows[1]).toMatch(/^2 100% [\d.]+ 20\.0 20\.0 10\.0 10\.0 30\.0$/);
  expect(rows[4]).toMatch(/^2 83\.33% [\d.]+ 80\.0 80\.0 40\.0 40\.0 120\.0$/);
  expect(rows[5]).toMatch(/^4 100% /);
  expect(
    under("endpoints", summary)
      .slice(2, 8)
      .map((row) => row.split(" ")[0]),
  ).toEqual([...["http://a/v1", "2", "4"], ...["http://b/v1", "2", "4"]]);
});

test("narrower than its terminal in both languages, with the same figures", () => {
  const part = (k: number) => ({ ...ofModels(k), part: k % 2 === 0 ? "x".repeat(120) : "a\u001b[31mb" });
  const summary = ofTwoLevels(part);
  const figures = (language: Language, columns: number) => {
    const text = renderTable(summary, { path: "", color: false, columns, language });
    for (const line of text.split("\n")) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(columns);
    expect(text).not.toContain("\u001b");
    return text.match(/\d+\.\d+/g)?.length;
  };
  for (const columns of [80, 60, 40]) expect(figures("zh", columns)).toBe(figures("en", columns));
  expect(under("模型", summary, 80, "zh")[1]).toStartWith("负载 成功 ");
});

test("nothing where there is one of a kind, or one level", () => {
  const one = ofTwoLevels(() => ({}));
  for (const label of ["parts", "models", "endpoints"]) expect(under(label, one)).toEqual([]);
});

test("a level whose rate changes is named by its course wherever it is named", () => {
  const course = [
    { from: 10, to: 10, overS: 2 },
    { from: 0, to: 20, overS: 2 },
  ];
  const shape = { kind: "rate", pattern: { kind: "constant" }, course } as const;
  const config = { ...CONFIG, levels: [{ parallel: null, number: null, durationS: 4, shape }] };
  using folder = temporaryFolder();
  const levels = [levelRow({ parallel: null, rate: 20, number: null, durationS: 4 })];
  recordRun(folder.file, {
    run: runRow({ config: JSON.stringify(config) }),
    levels,
    requests: [request({ id: 1, at: 0 })],
  });
  using reader = openRun(folder.file);
  const summary = summarise(reader);
  expect(summary.levels[0]).toMatchObject({ rate: 20, course: "10:2s+0-20:2s" });
  const [, title] = renderTable(summary, { path: "", color: false }).split("\n");
  expect(title).toStartWith("10:2s+0-20:2s req/s, 1 request in ");
  const after = { ...summary.levels[0]!, level: 1, rate: 1 };
  const curve = curveOf([summary.levels[0]!, { ...after, course: "1:9s+2" }], { gpus: null, gpuHourCost: null });
  const both = renderTable(
    { ...summary, levels: [summary.levels[0]!, after], curve: curve! },
    { path: "", color: false },
  );
  expect(both).toContain("best        10:2s+0-20:2s requests/s: ");
  expect(curve?.points.map((point) => point.course)).toEqual(["10:2s+0-20:2s", "1:9s+2"]);
});
