import type { QueryResult, SqlValue } from "../record/query.ts";
import type { RunReader } from "../record/reader.ts";

/** Columns that hold JSON themselves: it stands in the line as what it is, not as a text. */
const JSON_COLUMNS = new Set(["request", "response_messages", "inter_token_latencies", "event_times", "event_tokens"]);

/**
 * JSON Lines: a line a request, warm-up and failures too, with every column of the view `result`. Read from the file as
 * they are asked for, so that a run larger than memory can be written.
 */
export function* requestLines(reader: RunReader): Iterable<string> {
  const { columns, rows }: QueryResult = reader.query("SELECT * FROM result ORDER BY id");
  const keys = columns.map((name) => JSON.stringify(name));
  for (const row of rows) {
    yield `{${row.map((value, i) => `${keys[i]}:${jsonText(columns[i]!, value)}`).join(",")}}\n`;
  }
}

function jsonText(column: string, value: SqlValue): string {
  if (value === null) return "null";
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString("hex"));
  if (typeof value !== "string" || !JSON_COLUMNS.has(column)) return JSON.stringify(value);
  // A body that a plugin or a query template made need not be JSON, and a line break in it would be two lines.
  return isJson(value) ? value.replaceAll(/[\r\n]+/g, " ") : JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
