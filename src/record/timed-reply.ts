import type { Database } from "bun:sqlite";
import { type LevelBounds, MEASURED, type TimedReply } from "./level-record.ts";

type StoredReply = [
  sent: number,
  completed: number,
  firstChunkLatency: number | null,
  promptTokens: number | null,
  completionTokens: number | null,
  items: number | null,
  times: string | null,
  tokens: string | null,
];

const TIMED_REPLIES = `SELECT
  o.sent_time, o.completed_time, o.first_chunk_latency, o.prompt_tokens, o.completion_tokens, o.items,
  p.event_times, p.event_tokens
FROM outcome o LEFT JOIN payload p ON p.id = o.id
WHERE ${MEASURED} AND o.success = 1 AND o.sent_time IS NOT NULL AND o.completed_time IS NOT NULL`;

/** Ids of a block: of replies of 50,000 chunks it is 30 MB. */
const BLOCK = 64;

/** A level's successes. Replies whose events have the same tokens may share that array. */
export function* timedReplies(db: Database, bounds: LevelBounds): Iterable<TimedReply> {
  const { firstId, lastId } = bounds;
  if (firstId === null || lastId === null) return;
  const query = db.query<never, [LevelBounds]>(TIMED_REPLIES);
  let text: string | null = null;
  let tokens: number[] = [];
  for (let first = firstId; first <= lastId; first += BLOCK) {
    const last = Math.min(first + BLOCK - 1, lastId);
    for (const row of query.values({ ...bounds, firstId: first, lastId: last }) as StoredReply[]) {
      // Mostly the same for one reply after the other, and to compare costs less than to parse.
      if (row[7] !== text) {
        text = row[7];
        tokens = numbers(text);
      }
      yield {
        sent: row[0],
        completed: row[1],
        firstChunkLatency: row[2],
        promptTokens: row[3],
        completionTokens: row[4],
        items: row[5],
        times: numbers(row[6]),
        tokens,
      };
    }
  }
}

function numbers(text: string | null): number[] {
  return text === null ? [] : JSON.parse(text);
}
