import { Database } from "bun:sqlite";
import type { EvalscopeRequest } from "./evalscope-request.ts";
import { pickled } from "./pickle.ts";

/** evalscope's table `result`, in its columns' order. */
const COLUMNS: [name: string, type: string, of: (request: EvalscopeRequest) => string | number | null][] = [
  ["request", "TEXT", ({ request }) => request],
  ["start_time", "REAL", ({ start }) => start],
  ["inter_token_latencies", "TEXT", ({ interTokenLatencies }) => JSON.stringify(interTokenLatencies)],
  ["success", "INTEGER", ({ success }) => Number(success)],
  ["response_messages", "TEXT", ({ messages }) => pickled(messages).toString("base64")],
  ["completed_time", "REAL", ({ completed }) => completed ?? 0],
  ["latency", "REAL", ofSuccess(({ latency }) => latency)],
  ["first_chunk_latency", "REAL", ofSuccess(({ firstChunkLatency }) => firstChunkLatency)],
  ["prompt_tokens", "INTEGER", ofSuccess(({ promptTokens }) => promptTokens)],
  ["completion_tokens", "INTEGER", ofSuccess(({ completionTokens }) => completionTokens)],
  ["max_gpu_memory_cost", "REAL", ofSuccess(() => 0)],
  ["time_per_output_token", "REAL", ofSuccess(({ timePerOutputToken }) => timePerOutputToken)],
  ["request_id", "TEXT", ({ requestId }) => requestId],
  ["is_stream", "INTEGER", ({ isStream }) => Number(isStream)],
];

function ofSuccess(of: (request: EvalscopeRequest) => number): (request: EvalscopeRequest) => number | null {
  return (request) => (request.success ? of(request) : null);
}

/** Writes benchmark_data.db as evalscope does; its times are Unix seconds where evalscope's are a process's own. */
export function writeEvalscopeDatabase(path: string, requests: Iterable<EvalscopeRequest>): void {
  const db = new Database(path, { create: true, readwrite: true, strict: true });
  try {
    db.run(`CREATE TABLE result (${COLUMNS.map(([name, type]) => `${name} ${type}`).join(", ")})`);
    const insert = db.prepare(`INSERT INTO result VALUES (${COLUMNS.map(() => "?").join(", ")})`);
    db.transaction(() => {
      for (const request of requests) insert.run(...COLUMNS.map(([, , of]) => of(request)));
    })();
  } finally {
    db.close();
  }
}
