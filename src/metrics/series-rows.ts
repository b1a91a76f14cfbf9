import type { RunReader } from "../record/reader.ts";

/** What charts need of a measured request. Times are Unix seconds, durations seconds. */
export interface ChartedRequest {
  requestId: string;
  level: number;
  repeat: number;
  scheduled: number | null;
  sent: number | null;
  completed: number | null;
  latency: number | null;
  firstOutput: number | null;
  timePerOutputToken: number | null;
  promptTokens: number | null;
  completionTokens: number | null;
  cachedTokens: number | null;
  isStream: boolean;
  success: boolean;
  errorKind: string | null;
  turn: number | null;
}

const COLUMNS = `request_id, level, repeat, scheduled_time, start_time, completed_time, latency, first_chunk_latency,
  time_per_output_token, prompt_tokens, completion_tokens, cached_tokens, is_stream, success, error_kind, turn`;

/**
 * Measured requests, read as they are asked for.
 * @param which SQL behind the WHERE clause; absent: all, in the order of the record
 */
export function* chartedRequests(reader: RunReader, which = "ORDER BY id"): Iterable<ChartedRequest> {
  for (const row of reader.query(`SELECT ${COLUMNS} FROM result WHERE phase = 'measure' ${which}`).rows) {
    const number = (place: number): number | null => row[place] as number | null;
    yield {
      requestId: String(row[0]),
      level: row[1] as number,
      repeat: row[2] as number,
      scheduled: number(3),
      sent: number(4),
      completed: number(5),
      latency: number(6),
      firstOutput: number(7),
      timePerOutputToken: number(8),
      promptTokens: number(9),
      completionTokens: number(10),
      cachedTokens: number(11),
      isStream: row[12] === 1,
      success: row[13] === 1,
      errorKind: row[14] as string | null,
      turn: number(15),
    };
  }
}

/** How many measured requests there are, and when the last one ended (Unix seconds; null: none has). */
export function extentOf(reader: RunReader): { requests: number; lastCompleted: number | null } {
  const sql = "SELECT count(*), max(completed_time) FROM result WHERE phase = 'measure' AND start_time IS NOT NULL";
  for (const [requests, last] of reader.query(sql).rows) {
    return { requests: requests as number, lastCompleted: last as number | null };
  }
  return { requests: 0, lastCompleted: null };
}
