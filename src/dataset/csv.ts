import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { UserError } from "../config/user-error.ts";
import type { CsvRow } from "../contract/dataset.ts";
import { readLines } from "./lines.ts";

/** As csv-parse gives a row where it is asked for its place. */
interface ParsedRow {
  record: Record<string, string>;
  info: { lines: number };
}

/**
 * Rows of a CSV file by the names in its first line, streamed.
 * @throws UserError (exit 2) naming the file, and the line where its form is wrong
 */
export async function* readCsv(path: string): AsyncGenerator<CsvRow, void, void> {
  const rows = parse({ columns: true, skip_empty_lines: true, info: true });
  // The iteration below meets a failure of either end.
  pipeline(Readable.from(withEnds(readLines(path))), rows, () => {});
  try {
    for await (const row of rows) yield placed(row as ParsedRow, path);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${path} is not CSV: ${error.message}`, 2, { cause: error });
  }
}

/** The parser counts lines up to a row's end: a quoted line break is a line of its own. */
function placed({ record, info }: ParsedRow, path: string): CsvRow {
  const breaks = Object.values(record).reduce((sum, field) => sum + field.split("\n").length - 1, 0);
  return { fields: record, where: `${path}:${info.lines - breaks}` };
}

async function* withEnds(lines: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  for await (const line of lines) yield `${line}\n`;
}
