import type { QueryRow } from "../contract/script.ts";
import { openRun } from "../record/reader.ts";

/** As the contract says. The rows are held in memory: ask for the columns that are wanted. */
export function queryRun<Row extends object = QueryRow>(path: string, sql: string): Row[] {
  using reader = openRun(path);
  const { columns, rows } = reader.query(sql);
  return Array.from(rows, (row) => Object.fromEntries(columns.map((name, index) => [name, row[index]])) as Row);
}
