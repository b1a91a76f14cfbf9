import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { METRICS } from "../../src/metrics/definitions.ts";
import { REQUEST_METRICS } from "../../src/metrics/request-metrics.ts";
import { summarise } from "../../src/metrics/summary.ts";
import { openRun } from "../../src/record/reader.ts";
import { mixedRun, recordRun, temporaryFolder } from "./record-fixture.ts";

const TEXT = readFileSync(join(import.meta.dir, "..", "..", "docs", "metrics.md"), "utf8");
const KINDS = readFileSync(join(import.meta.dir, "..", "..", "src", "record", "outcome.ts"), "utf8");
const SQL = [...TEXT.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql!);

test("every column of every table is named", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, { requests: [] });
  using db = new Database(folder.file, { readonly: true });
  const tables = db.query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").all();
  for (const { name } of tables) {
    expect(TEXT).toContain(`\`${name}\``);
    for (const column of db.query<{ name: string }, []>(`PRAGMA table_info(${name})`).all()) {
      expect(TEXT).toContain(`\`${column.name}\``);
    }
  }
});

test("every figure and every kind of error is named", () => {
  for (const { key } of METRICS) expect(TEXT).toContain(`\`${key}\``);
  const union = /type ErrorKind =([\s\S]*?);/.exec(KINDS)![1]!;
  const kinds = [...union.matchAll(/"(\w+)"/g)].map(([, kind]) => kind!);
  expect(kinds.length).toBeGreaterThan(20);
  for (const kind of kinds) expect(TEXT).toContain(`\`${kind}\``);
});

test("the SQL repeats the figures of the report", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, mixedRun(300));
  using reader = openRun(folder.file);
  const summary: unknown = summarise(reader);
  const named = SQL.filter((sql) => sql.startsWith("-- "));
  expect(named.length).toBeGreaterThan(10);
  for (const sql of named) {
    const path = /^-- (\S+)/.exec(sql)![1]!;
    const figure = path.split(".").reduce((value, key) => (value as Record<string, unknown>)[key], summary);
    const rows = [...reader.query(sql).rows];
    expect(rows).toHaveLength(1);
    expect({ [path]: typeof figure }).toEqual({ [path]: "number" });
    expect({ [path]: Math.abs((rows[0]![0] as number) - (figure as number)) < 1e-6 }).toEqual({ [path]: true });
  }
});

test("the other SQL runs", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, mixedRun(50));
  using reader = openRun(folder.file);
  const others = SQL.filter((sql) => !sql.startsWith("-- "));
  expect(others.length).toBeGreaterThan(0);
  for (const sql of others) expect(() => [...reader.query(sql).rows]).not.toThrow();
});

test("the SQL of a definition is SQL of the view", () => {
  using folder = temporaryFolder();
  recordRun(folder.file, mixedRun(100));
  using reader = openRun(folder.file);
  const level = summarise(reader).levels[0]!;
  for (const { key, sql, where, openLoopOnly } of Object.values(REQUEST_METRICS)) {
    if (openLoopOnly) continue;
    const [row] = [
      ...reader.query(`SELECT avg(${sql}), max(${sql}) FROM result WHERE phase = 'measure' AND ${where}`).rows,
    ];
    expect(row![0] as number).toBeCloseTo(level[key]!.mean, 6);
    expect(row![1] as number).toBe(level[key]!.max);
  }
});
