import type { QueryResult, SqlValue } from "../record/query.ts";
import { escaped, printableJson } from "./printable.ts";
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

/**
 * A query's answer as CSV (RFC 4180), safe to open in a spreadsheet.
 * @param terminal it goes to a terminal, which must not obey what is in it: then what is unprintable is escaped
 */
export function* rowsAsCsv({ columns, rows }: QueryResult, { terminal }: { terminal: boolean }): Iterable<string> {
  yield csvLine(columns, terminal);
  for (const row of rows) yield csvLine(row, terminal);
}

function csvLine(row: SqlValue[], terminal: boolean): string {
  return `${row.map((value) => csvCell(value, terminal)).join(",")}\r\n`;
}

/** A spreadsheet takes such a text for a formula, whoever wrote it: a server's reply can be one. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function csvCell(value: SqlValue, terminal: boolean): string {
  if (value === null) return "";
  if (typeof value !== "string") return plain(value);
  const guarded = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  const shown = terminal ? escaped(guarded) : guarded;
  return /[",\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

/** A query's answer as a JSON array of objects; integers of any size with all their digits. */
export function* rowsAsJson({ columns, rows }: QueryResult): Iterable<string> {
  let before = "[\n  ";
  let empty = true;
  for (const row of rows) {
    yield `${before}{${columns.map((name, i) => `${printableJson(name)}:${jsonText(row[i] ?? null)}`).join(",")}}`;
    before = ",\n  ";
    empty = false;
  }
  yield empty ? "[]\n" : "\n]\n";
}

function jsonText(value: SqlValue): string {
  if (typeof value === "bigint") return String(value);
  return printableJson(value instanceof Uint8Array ? plain(value) : value);
}

function plain(value: number | bigint | Uint8Array): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
}
