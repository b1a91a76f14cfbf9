import type { QueryResult, SqlValue } from "../record/query.ts";
import { escaped } from "./printable.ts";
import { alignedLines, cutToWidth } from "./text-table.ts";

/** Terminal columns that a cell of the table may take. */
const CELL_WIDTH = 80;

/** A query's answer as aligned text: numbers to the right, long cells cut, what a terminal would obey escaped. */
export function* rowsAsTable({ columns, rows }: QueryResult): Iterable<string> {
  const numeric = columns.map(() => true);
  const lines = [columns.map(tableCell)];
  for (const row of rows) {
    row.forEach((value, i) => {
      if (typeof value === "string" || value instanceof Uint8Array) numeric[i] = false;
    });
    lines.push(row.map(tableCell));
  }
  const align = numeric.map((isNumeric) => (isNumeric ? "right" : "left"));
  for (const line of alignedLines(lines, align)) yield `${line}\n`;
}

function tableCell(value: SqlValue): string {
  if (value === null) return "NULL";
  // Only what can be seen is escaped: a cell may hold a whole reply.
  return typeof value === "string" ? cutToWidth(escaped(cutToWidth(value, CELL_WIDTH)), CELL_WIDTH) : plain(value);
}

/** A query's answer as CSV (RFC 4180), safe to open in a spreadsheet. */
export function* rowsAsCsv({ columns, rows }: QueryResult): Iterable<string> {
  yield csvLine(columns);
  for (const row of rows) yield csvLine(row);
}

function csvLine(row: SqlValue[]): string {
  return `${row.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: SqlValue): string {
  if (value === null) return "";
  if (typeof value !== "string") return plain(value);
  // A spreadsheet runs such a text as a formula, whoever wrote it: a server's reply can be one.
  const guarded = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/** A query's answer as a JSON array of objects. */
export function* rowsAsJson({ columns, rows }: QueryResult): Iterable<string> {
  let before = "[\n  ";
  let empty = true;
  for (const row of rows) {
    const object = Object.fromEntries(columns.map((name, i) => [name, jsonValue(row[i] ?? null)]));
    yield before + JSON.stringify(object);
    before = ",\n  ";
    empty = false;
  }
  yield empty ? "[]\n" : "\n]\n";
}

function jsonValue(value: SqlValue): string | number | null {
  return value instanceof Uint8Array ? plain(value) : value;
}

function plain(value: number | Uint8Array): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
}
