import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { summarise } from "../../src/metrics/summary.ts";
import { openRun } from "../../src/record/reader.ts";
import { renderJson } from "../../src/report/render-json.ts";
import { renderTable } from "../../src/report/render-table.ts";
import { mixedRun, recordRun, temporaryFolder } from "./record-fixture.ts";

const MAIN = join(import.meta.dir, "..", "..", "src", "main.ts");

const FOLDER = temporaryFolder();
recordRun(FOLDER.file, mixedRun(60));
afterAll(() => FOLDER[Symbol.dispose]());

function plumb(...args: string[]): { out: string; err: string; code: number } {
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, MAIN, ...args]);
  return { out: stdout.toString(), err: stderr.toString(), code: exitCode };
}

test("report prints what the run printed, from its folder or its file", () => {
  using reader = openRun(FOLDER.file);
  const summary = summarise(reader);
  const table = renderTable(summary, { path: FOLDER.file, color: false });
  expect(plumb("report", FOLDER.path)).toEqual({ out: table, err: "", code: 0 });
  expect(plumb("report", FOLDER.file, "--json")).toEqual({ out: renderJson(summary), err: "", code: 0 });
});

test("query prints a table, JSON or CSV", () => {
  const sql = "SELECT error_kind AS kind, count(*) AS n FROM result WHERE success = 0 GROUP BY 1 ORDER BY 1";
  expect(plumb("query", FOLDER.path, sql).out).toBe("kind      n\nhttp_5xx  2\nreset     3\nunsent    1\n");
  expect(JSON.parse(plumb("query", FOLDER.file, sql, "--json").out)).toEqual([
    { kind: "http_5xx", n: 2 },
    { kind: "reset", n: 3 },
    { kind: "unsent", n: 1 },
  ]);
  expect(plumb("query", "--csv", FOLDER.file, sql).out).toBe("kind,n\r\nhttp_5xx,2\r\nreset,3\r\nunsent,1\r\n");
});

test.each([
  [["query", FOLDER.path, "SELEC"], /syntax error/],
  [["query", FOLDER.path], /name a run and the SQL/],
  [["query", FOLDER.path, "SELECT 1", "--json", "--csv"], /exclude each other/],
  [["report"], /name a run's folder/],
  [["report", "/nowhere"], /no such file or folder: \/nowhere/],
])("%p: one line, exit 2", (args, message) => {
  const { out, err, code } = plumb(...args);
  expect(out).toBe("");
  expect(err.trimEnd().split("\n")).toHaveLength(1);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

test("a reader of the answer that has seen enough is no fault", async () => {
  const sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) SELECT i, 'text' FROM n";
  const shell = Bun.spawn(
    ["sh", "-c", '"$0" "$1" query "$2" "$3" --csv | head -n 1', process.execPath, MAIN, FOLDER.file, sql],
    {
      stderr: "pipe",
    },
  );
  const [out, err] = await Promise.all([new Response(shell.stdout).text(), new Response(shell.stderr).text()]);
  expect(out).toBe("i,'text'\r\n");
  expect(err).toBe("");
});
