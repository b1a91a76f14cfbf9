import { expect, test } from "bun:test";
import { UserError } from "../../src/config/user-error.ts";
import { openRun, type RunReader } from "../../src/record/reader.ts";
import { mixedRun, recordRun, temporaryFolder } from "./record-fixture.ts";

function withRun<T>(ask: (reader: RunReader) => T): T {
  using folder = temporaryFolder();
  recordRun(folder.file, mixedRun(20));
  using reader = openRun(folder.file);
  return ask(reader);
}

function answer(sql: string): { columns: string[]; rows: unknown[][] } {
  return withRun((reader) => {
    const { columns, rows } = reader.query(sql);
    return { columns, rows: [...rows] };
  });
}

test("a query has columns in order and rows as lists", () => {
  expect(answer("SELECT 'a' AS x, 2 AS y, NULL AS z UNION ALL SELECT 'b', 3.5, x'00ff'")).toEqual({
    columns: ["x", "y", "z"],
    rows: [
      ["a", 2, null],
      ["b", 3.5, new Uint8Array([0, 255])],
    ],
  });
});

test("columns of the same name keep their own values", () => {
  expect(answer("SELECT 1 AS a, 2 AS a, 3 AS b;")).toEqual({ columns: ["a", "a:1", "b"], rows: [[1, 2, 3]] });
});

test("comments and a last semicolon are no second statement", () => {
  expect(answer("SELECT 1 AS a; -- done\n /* really; */ ;").rows).toEqual([[1]]);
});

test.each([
  ["SELECT 1; SELECT 2", /more than one statement/],
  ["SELECT 1 -- a\n; DROP TABLE run", /more than one statement/],
  ["SELEC 1", /syntax error/],
  ["SELECT ttft FROM result", /no such column: ttft; SELECT \* FROM result LIMIT 1 shows/],
  ["", /no statement/],
  ["-- nothing", /no statement/],
  ["SELECT * FROM nowhere", /no such table: nowhere/],
  ["SELECT ?", /parameter/],
  ["DELETE FROM outcome", /readonly/],
  ["UPDATE run SET ended = 'done'", /readonly/],
  ["VACUUM INTO '/nowhere/copy.db'", /only questions/],
  ["/* a */ BEGIN", /only questions/],
  ["CREATE TEMP TABLE x(a)", /only questions/],
  ["PRAGMA writable_schema = 1", /only questions/],
  ["SELECT json_extract('not json', '$')", /malformed JSON/],
])("%s is refused in one line", (sql, message) => {
  let error: unknown;
  try {
    answer(sql);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).exitCode).toBe(2);
  expect((error as UserError).message).toMatch(message);
  expect((error as UserError).message).not.toContain("\n");
});

test("rows come as they are asked for", () => {
  const first = withRun((reader) => {
    const { rows } = reader.query("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
    for (const row of rows) return row;
    return null;
  });
  expect(first).toEqual([1]);
});
