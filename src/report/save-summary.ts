import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { summarise } from "../metrics/summary.ts";
import type { Summary } from "../metrics/summary-model.ts";
import { openRun } from "../record/reader.ts";
import { renderJson } from "./render-json.ts";

/**
 * Reads a run's figures back and puts summary.json beside its database.
 * @param notice hears where that file could not be written: the figures are there all the same
 * @throws UserError where the database cannot be read
 */
export function saveSummary(database: string, notice: (line: string) => void): Summary {
  using reader = openRun(database);
  const summary = summarise(reader);
  const path = join(dirname(database), "summary.json");
  try {
    writeFileSync(path, renderJson(summary));
  } catch (error) {
    rmSync(path, { force: true });
    notice(`cannot write ${path}: ${(error as Error).message}; \`plumb report\` prints the figures again`);
  }
  return summary;
}
