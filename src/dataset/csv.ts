import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { UserError } from "../config/user-error.ts";
import { readLines } from "./lines.ts";

/**
 * Rows of a CSV file by the names in its first line, streamed.
 * @throws UserError (exit 2) naming the file, and the line where its form is wrong
 */
export async function* readCsv(path: string): AsyncGenerator<Record<string, string>, void, void> {
  const rows = parse({ columns: true, skip_empty_lines: true });
  // The iteration below meets a failure of either end.
  pipeline(Readable.from(withEnds(readLines(path))), rows, () => {});
  try {
    for await (const row of rows) yield row as Record<string, string>;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${path} is not CSV: ${error.message}`, 2, { cause: error });
  }
}

async function* withEnds(lines: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  for await (const line of lines) yield `${line}\n`;
}
