import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { METRICS } from "../../src/metrics/definitions.ts";
import { REQUEST_METRICS } from "../../src/metrics/request-metrics.ts";
import { summarise } from "../../src/metrics/summary.ts";
import type { ErrorKind, Outcome } from "../../src/record/outcome.ts";
import { openRun } from "../../src/record/reader.ts";
import { type MadeRun, mixedRun, recordRun, temporaryFolder } from "./record-fixture.ts";

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

const NAMED = SQL.filter((sql) => sql.startsWith("-- "));

function compare(made: MadeRun, blocks: string[]): unknown[] {
  using folder = temporaryFolder();
  recordRun(folder.file, made);
  using reader = openRun(folder.file);
  const summary: unknown = summarise(reader);
  return blocks.map((sql) => {
    const path = /^-- (\S+)/.exec(sql)![1]!;
    const figure = path.split(".").reduce((value, key) => (value as Record<string, unknown>)[key], summary);
    const rows = [...reader.query(sql).rows];
    expect(rows).toHaveLength(1);
    const [said] = rows[0]!;
    if (typeof figure === "number" && typeof said === "number") {
      expect({ [path]: Math.abs(said - figure) < 1e-6 }).toEqual({ [path]: true });
    } else {
      expect({ [path]: said }).toEqual({ [path]: figure as typeof said });
    }
    return figure;
  });
}

test("the SQL repeats the figures of the report", () => {
  expect(NAMED.length).toBeGreaterThan(10);
  for (const figure of compare(mixedRun(300), NAMED)) expect(figure).not.toBeNull();
});

test("the SQL of percentiles with failures does so whatever failed, and how", () => {
  const blocks = NAMED.filter((sql) => sql.includes("_with_failures_ms"));
  expect(blocks).toHaveLength(2);
  const { requests, ...rest } = mixedRun(300);
  const among = (change: (k: number) => Partial<Outcome> | null): unknown[] =>
    compare(
      {
        ...rest,
        requests: requests.map(({ outcome, payload }, k) => ({ outcome: { ...outcome, ...change(k) }, payload })),
      },
      blocks,
    );
  const ok = { ending: { ok: true } } as const;
  const cut = (kind: ErrorKind, latency: number) => ({
    ending: { ok: false, kind, message: "" } as const,
    firstChunkLatency: null,
    latency,
  });
  expect(among(() => ok)[1]).toBe("exact");
  expect(among((k) => (k % 10 === 3 ? cut("timeout_idle", 120) : ok))[1]).toBe("at_least");
  expect(among((k) => (k % 10 === 3 ? cut("timeout_idle", 0.001) : ok))[1]).toBe("at_least");
  expect(among((k) => (k % 5 === 3 ? cut("connect", 0.001) : ok))).toEqual([null, "failed"]);
  expect(among((k) => (k % 2 === 0 ? cut("engine_lost", 1) : cut("cancelled", 2)))).toEqual([2000, "at_least"]);
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
