import { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Summary } from "../../src/metrics/summary-model.ts";

/** A row of the view `result`. Seconds, Unix seconds; see docs/metrics.md. */
export interface ResultRow {
  id: number;
  request: string | null;
  response_messages: string | null;
  event_times: string | null;
  event_tokens: string | null;
  output_text: string | null;
  start_time: number | null;
  completed_time: number | null;
  first_chunk_latency: number | null;
  first_answer_latency: number | null;
  latency: number | null;
  time_per_output_token: number | null;
  prompt_tokens: number | null;
  completion_tokens: number | null;
  reasoning_tokens: number | null;
  cached_tokens: number | null;
  token_source: string;
  chunks: number;
  is_stream: number;
  success: number;
  status: number | null;
  error_kind: string | null;
  error: string | null;
  finish_reason: string | null;
  phase: string;
  level: number;
  engine: number;
  stamp_source: string;
  model: string;
  endpoint: string;
}

/** Answers a question with the rows of a run's database, read by SQLite without any of plumb's own code. */
export function ask<Row>(runFolder: string, sql: string): Row[] {
  using db = new Database(join(runFolder, "benchmark_data.db"), { readonly: true });
  return db.query<Row, []>(sql).all();
}

/** Every request of a run, in the order of its ids. */
export function results(runFolder: string): ResultRow[] {
  return ask<ResultRow>(runFolder, "SELECT * FROM result ORDER BY id");
}

export function summaryOf(runFolder: string): Summary {
  return JSON.parse(readFileSync(join(runFolder, "summary.json"), "utf8")) as Summary;
}

export const HAS_SQLITE3 = Bun.which("sqlite3") !== null;

/** What the ordinary sqlite3 says. @throws with its words where it fails */
export function sqlite3(database: string, sql: string): string {
  const { stdout, stderr, exitCode } = Bun.spawnSync(["sqlite3", database, sql]);
  if (exitCode !== 0) throw new Error(`sqlite3 ended with ${exitCode}: ${stderr}`);
  return stdout.toString();
}
