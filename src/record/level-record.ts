import type { LevelRow } from "./rows.ts";

/** A level's row, and where its requests lie in `outcome`. */
export interface RecordedLevel extends LevelRow {
  /** null: none has ended yet. */
  firstId: number | null;
  lastId: number | null;
}

/** Counts and sums of one level's measured requests; null: no request said it. Times are Unix seconds. */
export interface LevelTotals {
  offered: number;
  unsent: number;
  success: number;
  firstSent: number | null;
  lastCompleted: number | null;
  firstScheduled: number | null;
  lastScheduled: number | null;
  promptTokens: number | null;
  completionTokens: number | null;
  reasoningTokens: number | null;
  cachedTokens: number | null;
  /** Prompt tokens of the requests that said how many were cached. */
  cacheablePromptTokens: number | null;
  failedCompletionTokens: number | null;
  /** Of the successes that count things instead of tokens: texts embedded, documents ranked. */
  items: number | null;
  /** Completion tokens and output events of the streamed successes that have both. */
  streamedTokens: number | null;
  streamedChunks: number | null;
  /** Of all streamed successes. */
  chunks: number | null;
  coalescedChunks: number | null;
  newConnections: number | null;
}

/** A request's stay in flight, failures too. Unix seconds. */
export interface Stay {
  sent: number;
  completed: number;
}

/** One success with the stamps of its events. */
export interface TimedReply extends Stay {
  /** Seconds from sent; null: it had no output. */
  firstChunkLatency: number | null;
  promptTokens: number | null;
  completionTokens: number | null;
  items: number | null;
  /** Microseconds from sent, one for each event. */
  times: number[];
  /** Output tokens of each event, 0 for none, 1 where it is not said. */
  tokens: number[];
}

/** A figure of one request, and when that request was sent. */
export interface SentValue {
  value: number;
  /** Unix seconds. */
  sent: number;
}

/** Part of every question about a level: warm-up is no figure, and the ids bound the scan to the level's own rows. */
export const MEASURED =
  "o.id BETWEEN $firstId AND $lastId AND o.level = $level AND o.repeat = $repeat AND o.phase = 'measure'";

export const TOTALS = `SELECT
  count(*) AS offered,
  count(*) FILTER (WHERE error_kind = 'unsent') AS unsent,
  count(*) FILTER (WHERE success = 1) AS success,
  min(sent_time) AS firstSent,
  max(completed_time) FILTER (WHERE sent_time IS NOT NULL) AS lastCompleted,
  min(scheduled_time) AS firstScheduled,
  max(scheduled_time) AS lastScheduled,
  sum(prompt_tokens) FILTER (WHERE success = 1) AS promptTokens,
  sum(completion_tokens) FILTER (WHERE success = 1) AS completionTokens,
  sum(reasoning_tokens) FILTER (WHERE success = 1) AS reasoningTokens,
  sum(cached_tokens) FILTER (WHERE success = 1) AS cachedTokens,
  sum(prompt_tokens) FILTER (WHERE success = 1 AND cached_tokens IS NOT NULL) AS cacheablePromptTokens,
  sum(completion_tokens) FILTER (WHERE success = 0) AS failedCompletionTokens,
  sum(items) FILTER (WHERE success = 1) AS items,
  sum(completion_tokens) FILTER (WHERE success = 1 AND is_stream = 1 AND chunks > 0) AS streamedTokens,
  sum(chunks) FILTER (WHERE success = 1 AND is_stream = 1 AND completion_tokens IS NOT NULL) AS streamedChunks,
  sum(chunks) FILTER (WHERE success = 1 AND is_stream = 1) AS chunks,
  sum(coalesced_chunks) FILTER (WHERE success = 1 AND is_stream = 1) AS coalescedChunks,
  sum(new_connection) AS newConnections
FROM outcome o WHERE ${MEASURED}`;

export const TIMED_REPLIES = `SELECT
  o.sent_time AS sent, o.completed_time AS completed, o.first_chunk_latency AS firstChunkLatency,
  o.prompt_tokens AS promptTokens, o.completion_tokens AS completionTokens, o.items AS items,
  p.event_times AS times, p.event_tokens AS tokens
FROM outcome o LEFT JOIN payload p ON p.id = o.id
WHERE ${MEASURED} AND o.success = 1 AND o.sent_time IS NOT NULL AND o.completed_time IS NOT NULL`;

export const LEVELS = `SELECT
  l.level AS level, l.repeat AS repeat, l.parallel AS parallel, l.rate AS rate, l.number AS number,
  l.duration_s AS durationS, l.start_time AS startTime, l.end_time AS endTime, ids.firstId, ids.lastId
FROM level l LEFT JOIN (
  SELECT level, repeat, min(id) AS firstId, max(id) AS lastId FROM outcome GROUP BY level, repeat
) ids ON ids.level = l.level AND ids.repeat = l.repeat
ORDER BY l.level, l.repeat`;
