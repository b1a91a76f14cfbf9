import { expect, test } from "bun:test";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listRuns } from "../../src/compare/listed-run.ts";
import { renderRuns } from "../../src/report/render-runs.ts";
import { saveSummary } from "../../src/report/save-summary.ts";
import { recordService } from "./compare-fixture.ts";
import { recordRun, runRow, START, temporaryFolder } from "./record-fixture.ts";

/** A run's folder, some folders down. */
function makeRun(folder: string, name: string, startTime = START): string {
  const path = join(folder, "2025", name);
  mkdirSync(path, { recursive: true });
  recordRun(join(path, "benchmark_data.db"), { requests: [], run: runRow({ startTime }) });
  return path;
}

test("runs are found in subfolders, the newest first", () => {
  using folder = temporaryFolder();
  const [older, newer] = [makeRun(folder.path, "a", START), makeRun(folder.path, "b", START + 9)];
  expect(listRuns(folder.path).runs.map(({ path, time }) => [path, time])).toEqual([
    [newer, START + 9],
    [older, START],
  ]);
});

test("summary.json is read where it is as new as the run, and the database where it is not, or broken", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "run");
  mkdirSync(path);
  const database = join(path, "benchmark_data.db");
  recordService(database, { ttftMs: 100, seed: 1, requests: 50 });
  const summary = saveSummary(database, () => {});
  const said = (text: string, seconds: number) => {
    const file = join(path, "summary.json");
    writeFileSync(file, text);
    utimesSync(file, Date.now() / 1000 + seconds, Date.now() / 1000 + seconds);
    return listRuns(folder.path).runs[0]!.requests;
  };
  const other = JSON.stringify({ ...summary, requests: { ...summary.requests, total: 7 } });
  expect(said(other, 60)).toBe(7);
  expect(said(other, -3600)).toBe(50);
  expect(said("{", 60)).toBe(50);
  expect(said('{"schema":"another"}', 60)).toBe(50);
});

test("what cannot be read is named, and keeps no other from the list", () => {
  using folder = temporaryFolder();
  makeRun(folder.path, "good");
  mkdirSync(join(folder.path, "bad"));
  writeFileSync(join(folder.path, "bad", "benchmark_data.db"), "no database");
  const { runs, unreadable } = listRuns(folder.path);
  expect(runs).toHaveLength(1);
  expect(unreadable.map(({ path }) => path)).toEqual([join(folder.path, "bad")]);
  const text = renderRuns(runs, unreadable, undefined);
  expect(text).toContain("test-model");
  expect(text).toContain("bad");
  // Without the width for a table each run has lines of its own.
  expect(renderRuns(runs, [], 40).split("\n")[0]).toContain("good");
});
