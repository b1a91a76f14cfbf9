import type { Database } from "bun:sqlite";

interface Columns {
  /** And with it of the view `result`. */
  outcome: string[];
  payload: string[];
  sample: string[];
  run: string[];
  level: string[];
}

/** What each version has that the one before lacked. */
const COLUMNS_SINCE: Record<number, Columns> = {
  2: { outcome: ["items"], payload: [], sample: [], run: [], level: [] },
  3: {
    outcome: ["wire_sent", "wire_received", "part", "asked_prompt_tokens", "asked_completion_tokens", "turns"],
    payload: ["previous", "request_shared", "request_end", "request_tail"],
    sample: ["opened", "steal", "load", "span_s", "thread_cpu", "core_wait", "stalls"],
    run: ["calibration"],
    level: ["end_reason", "ramp_s"],
  },
};

/**
 * Makes an older file look like a new one to whoever reads it over this connection: views of the same names, in SQLite's
 * temporary schema, stand before what the file has, with NULL in the columns that it lacks. The file stays as it is.
 */
export function presentAsNew(db: Database, version: number): void {
  const later = Object.entries(COLUMNS_SINCE).filter(([since]) => Number(since) > version);
  for (const name of ["outcome", "payload", "result", "sample", "run", "level"] as const) {
    const missing = later.flatMap(([, columns]) => columns[name === "result" ? "outcome" : name]);
    if (missing.length === 0) continue;
    const columns = missing.map((column) => `NULL AS ${column}`);
    db.run(`CREATE TEMP VIEW ${name} AS SELECT *, ${columns.join(", ")} FROM main.${name}`);
  }
}
