import type { QueryRow } from "../contract/script.ts";
import type { SqlValue } from "../record/query.ts";
import { openRun } from "../record/reader.ts";

/** As the contract says. The rows are held in memory: ask for the columns that are wanted. */
export function queryRun<Row extends object = QueryRow>(path: string, sql: string): Row[] {
  using reader = openRun(path);
  const { columns, rows } = reader.query(sql);
  // A script calculates with what it asked for: one kind of number, though beyond 2^53 it is rounded.
  const value = (said: SqlValue | undefined) => (typeof said === "bigint" ? Number(said) : said);
  return Array.from(rows, (row) => Object.fromEntries(columns.map((name, index) => [name, value(row[index])])) as Row);
}
