import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { summarise } from "../metrics/summary.ts";
import type { Summary } from "../metrics/summary-model.ts";
import { openRun } from "../record/reader.ts";
import { renderJson } from "./render-json.ts";

/** Reads a run's figures back and puts summary.json beside its database. */
export function saveSummary(database: string): Summary {
  using reader = openRun(database);
  const summary = summarise(reader);
  writeFileSync(join(dirname(database), "summary.json"), renderJson(summary));
  return summary;
}
