import type { RunReader } from "../record/reader.ts";
import type { NotedRequest } from "./series-model.ts";

const SLOWEST = 20;
/** Of each kind of failure. */
const FAILED = 5;
const MOST_FAILED = 40;
const MOST_CHARACTERS = 2000;

const COLUMNS = `request_id, level, repeat, turn, start_time, first_chunk_latency * 1000, latency * 1000, prompt_tokens,
  completion_tokens, status, error_kind, error, finish_reason, is_stream,
  substr(request, 1, ${MOST_CHARACTERS + 1}),
  substr(coalesce(nullif(output_text, ''), nullif(response_messages, '[]')), 1, ${MOST_CHARACTERS + 1})`;

/** Successes that took longest, the longest first. */
export function slowestRequests(reader: RunReader, start: number): NotedRequest[] {
  const ids = `SELECT id FROM result WHERE phase = 'measure' AND success = 1 ORDER BY latency DESC, id LIMIT ${SLOWEST}`;
  return noted(reader, ids, "latency DESC, id", start);
}

/** The first failures of each kind, in the order of the record; unsent ones are none. */
export function failedRequests(reader: RunReader, start: number): NotedRequest[] {
  const ids = `SELECT id FROM (
      SELECT id, row_number() OVER (PARTITION BY error_kind ORDER BY id) AS place FROM result
      WHERE phase = 'measure' AND success = 0 AND error_kind <> 'unsent'
    ) WHERE place <= ${FAILED} ORDER BY id LIMIT ${MOST_FAILED}`;
  return noted(reader, ids, "id", start);
}

/** The ids are found first: sorting rows with their texts in them would read every text of the run. */
function noted(reader: RunReader, ids: string, order: string, start: number): NotedRequest[] {
  const requests: NotedRequest[] = [];
  for (const row of reader.query(`SELECT ${COLUMNS} FROM result WHERE id IN (${ids}) ORDER BY ${order}`).rows) {
    const number = (place: number): number | null => row[place] as number | null;
    const text = (place: number): string | null => row[place] as string | null;
    const sent = number(4);
    requests.push({
      requestId: String(row[0]),
      level: row[1] as number,
      repeat: row[2] as number,
      turn: number(3),
      sent: sent === null ? null : sent - start,
      ttftMs: row[13] === 1 ? number(5) : null,
      latencyMs: number(6),
      promptTokens: number(7),
      completionTokens: number(8),
      status: number(9),
      errorKind: text(10),
      error: cut(text(11)),
      finishReason: text(12),
      request: cut(text(14)),
      output: cut(text(15)),
    });
  }
  return requests;
}

function cut(text: string | null): string | null {
  return text !== null && text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} ...` : text;
}
