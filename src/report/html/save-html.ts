import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Summary } from "../../metrics/summary-model.ts";
import { openRun, type RunReader } from "../../record/reader.ts";
import { gatherData } from "./gather-data.ts";

/** Where a run's report lies: beside its database. */
export function htmlPath(database: string): string {
  return join(dirname(database), "report.html");
}

/** The page of a run whose summary is known. */
export async function makeHtml(reader: RunReader, summary: Summary): Promise<string> {
  // A tenth of a megabyte of script and style that other commands need not load.
  const { renderHtml } = await import("./render-html.ts");
  return renderHtml(gatherData(reader, summary));
}

/**
 * Puts report.html beside a run's database.
 * @param notice hears why that failed: a run does not fail for want of a picture
 */
export async function saveHtml(database: string, summary: Summary, notice: (line: string) => void): Promise<void> {
  const path = htmlPath(database);
  try {
    using reader = openRun(database);
    writeFileSync(path, await makeHtml(reader, summary));
  } catch (error) {
    rmSync(path, { force: true });
    notice(`cannot write ${path}: ${(error as Error).message}; \`plumb report RUN --html\` makes it again`);
  }
}
