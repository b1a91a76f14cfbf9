import { closeSync, openSync, writeSync } from "node:fs";
import { UserError } from "../config/user-error.ts";
import { levelRows } from "../export/level-csv.ts";
import { requestLines } from "../export/request-lines.ts";
import type { Summary } from "../metrics/summary-model.ts";
import type { RunReader } from "../record/reader.ts";
import { rowsAsCsv } from "../report/render-rows.ts";
import { printResult } from "./print-result.ts";

/**
 * Levels as CSV to stdout, or requests as JSON Lines to a file.
 * @param jsonl the file, "-" for stdout; absent: CSV is wanted
 * @throws UserError where it cannot be written
 */
export async function exportRun(reader: RunReader, summary: Summary, jsonl: string | undefined): Promise<void> {
  if (jsonl === undefined) {
    await printResult(rowsAsCsv(levelRows(summary), { terminal: process.stdout.isTTY === true }));
  } else if (jsonl === "-") {
    await printResult(requestLines(reader));
  } else {
    writeLines(jsonl, requestLines(reader));
    await printResult([`${jsonl}\n`]);
  }
}

function writeLines(path: string, lines: Iterable<string>): void {
  let file: number | null = null;
  try {
    file = openSync(path, "w");
    for (const line of lines) writeSync(file, line);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`cannot write ${path}: ${(error as Error).message}; --jsonl FILE names another place`, 1, {
      cause: error,
    });
  } finally {
    if (file !== null) closeSync(file);
  }
}
