import type { LevelRow } from "./rows.ts";

/** A level's row, and where its requests lie in `outcome`. */
export interface RecordedLevel extends LevelRow {
  /** null: none has ended yet. */
  firstId: number | null;
  lastId: number | null;
}

/** Which rows of `outcome` a level's are looked for in: the parameters of `MEASURED`. */
export type LevelBounds = Pick<RecordedLevel, "level" | "repeat" | "firstId" | "lastId">;

/** Counts and sums of one level's measured requests; null: no request said it. Times are Unix seconds. */
export interface LevelTotals {
  offered: number;
  unsent: number;
  /** On purpose. */
  cancelled: number;
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
  /** Requests that are turns of a conversation, and those that have a part's name. */
  turns: number;
  parts: number;
  /** Successes that were asked for so many tokens. */
  askedPrompt: number;
  askedCompletion: number;
  /** The first and the last name of all, alphabetically: where they differ there are several. */
  firstModel: string | null;
  lastModel: string | null;
  firstEndpoint: string | null;
  lastEndpoint: string | null;
  /** Of the successes that say where their token counts come from, as `sourced` do. */
  firstSource: string | null;
  lastSource: string | null;
  sourced: number;
}

/** One success with the stamps of its events. */
export interface TimedReply {
  /** Unix seconds, as is `completed`. */
  sent: number;
  completed: number;
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

/** A request that was sent and has ended, failed or not, with all that arrived. Times are Unix seconds. */
export interface WholeReply {
  requestId: string;
  sent: number;
  completed: number;
  success: boolean;
  /** null: it succeeded. */
  errorKind: string | null;
  /** HTTP status; null: no reply. */
  status: number | null;
  isStream: boolean;
  endpoint: string | null;
  /** From 0; null: no conversation. */
  turn: number | null;
  conversationId: string | null;
  promptTokens: number | null;
  completionTokens: number | null;
  cachedTokens: number | null;
  request: string | null;
  /** Of each event, or of the one body, what arrived: parsed where it is JSON, else its text. Events and stamps are as many. */
  events: unknown[];
  /** Microseconds from sent. */
  times: number[];
  /** Output tokens as plumb's reader saw them: 0 for none, 1 where it is not said. */
  tokens: number[];
}

/** The requests of one part, model or endpoint. */
export interface KindCounts {
  kind: string;
  /** All but the unsent ones. */
  requests: number;
  success: number;
  /** On purpose. */
  cancelled: number;
  /** Of the successes; null: none said it. */
  completionTokens: number | null;
}

/** A figure of one request, and when that request was sent. */
export interface SentValue {
  value: number;
  /** Unix seconds. */
  sent: number;
}

/**
 * What is known of one request's figure: the figure itself, what it is at least, or that the request failed before it
 * had one (then `value` is null).
 */
export interface BoundedValue {
  value: number | null;
  bound: "exact" | "at_least" | "failed";
}

/** All requests of one turn's number. */
export interface TurnRecord {
  turn: number;
  requests: number;
  failed: number;
  /** Prompt tokens that successes said were cached; null: none said it. */
  cached: number | null;
  /** The same of the turns whose turn before is counted, and that turn's prompt and completion tokens. */
  cachedOfEarlier: number | null;
  earlier: number | null;
}

/** One conversation, as far as it came. Times are Unix seconds. */
export interface ConversationRecord {
  /** Turns sent, and how many there were to be. */
  requests: number;
  planned: number;
  failed: number;
  /** Number of the last turn sent, from 0. */
  lastTurn: number;
  firstSent: number | null;
  lastCompleted: number | null;
  /** The first answer text of all, and that of the last turn. */
  firstAnswer: number | null;
  lastAnswer: number | null;
}

/** Columns that a request's numbers can be told apart by, and what they hold; `sent_time` in Unix seconds. */
export interface RequestKeys {
  sent_time: number;
  turn: number;
  part: string;
  model: string;
  endpoint: string;
}

/** One request: the column that was named, then the numbers; null: it has none. */
export type ColumnRow<By extends keyof RequestKeys> = [by: RequestKeys[By], ...values: (number | null)[]];

/** Part of every question about a level: warm-up is no figure, and the ids bound the scan to the level's own rows. */
export const MEASURED =
  "o.id BETWEEN $firstId AND $lastId AND o.level = $level AND o.repeat = $repeat AND o.phase = 'measure'";

export const TOTALS = `SELECT
  count(*) AS offered,
  count(*) FILTER (WHERE error_kind = 'unsent') AS unsent,
  count(*) FILTER (WHERE error_kind = 'cancelled_on_purpose') AS cancelled,
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
  sum(new_connection) AS newConnections,
  count(turn) AS turns,
  count(part) AS parts,
  count(asked_prompt_tokens) FILTER (WHERE success = 1) AS askedPrompt,
  count(asked_completion_tokens) FILTER (WHERE success = 1) AS askedCompletion,
  min(model) AS firstModel,
  max(model) AS lastModel,
  min(endpoint) AS firstEndpoint,
  max(endpoint) AS lastEndpoint,
  min(token_source) FILTER (WHERE success = 1) AS firstSource,
  max(token_source) FILTER (WHERE success = 1) AS lastSource,
  count(token_source) FILTER (WHERE success = 1) AS sourced
FROM outcome o WHERE ${MEASURED}`;

const LEVEL = `l.level AS level, l.repeat AS repeat, l.parallel AS parallel, l.rate AS rate, l.number AS number,
  l.duration_s AS durationS, l.ramp_s AS rampS, l.start_time AS startTime, l.end_time AS endTime,
  l.end_reason AS endReason`;

export const LEVELS = `SELECT ${LEVEL}, ids.firstId, ids.lastId
FROM level l LEFT JOIN (
  SELECT level, repeat, min(id) AS firstId, max(id) AS lastId FROM outcome GROUP BY level, repeat
) ids ON ids.level = l.level AND ids.repeat = l.repeat
ORDER BY l.level, l.repeat`;

/** The same of a run with one level, to which all requests belong: two looks at the table's ends in place of a scan. */
export const ONLY_LEVEL = `SELECT ${LEVEL},
  (SELECT min(id) FROM outcome) AS firstId, (SELECT max(id) FROM outcome) AS lastId
FROM level l WHERE (SELECT count(*) FROM level) = 1`;

export const TURNS = `SELECT
  turn, count(*) AS requests,
  count(*) FILTER (WHERE success = 0) AS failed,
  sum(cached_tokens) FILTER (WHERE success = 1) AS cached,
  sum(cached_tokens) FILTER (WHERE success = 1 AND earlier IS NOT NULL) AS cachedOfEarlier,
  sum(earlier) FILTER (WHERE success = 1 AND cached_tokens IS NOT NULL) AS earlier
FROM (
  SELECT turn, success, cached_tokens,
    lag(prompt_tokens + completion_tokens) OVER (PARTITION BY conversation_id ORDER BY turn) AS earlier
  FROM outcome o WHERE ${MEASURED} AND turn IS NOT NULL
) GROUP BY turn ORDER BY turn`;

export const CONVERSATIONS = `SELECT
  count(*) AS requests, max(turns) AS planned, count(*) FILTER (WHERE success = 0) AS failed, max(turn) AS lastTurn,
  min(sent_time) AS firstSent, max(completed_time) AS lastCompleted,
  min(sent_time + first_answer_latency) AS firstAnswer,
  max(sent_time + first_answer_latency) FILTER (WHERE turn = turns - 1) AS lastAnswer
FROM outcome o WHERE ${MEASURED} AND turn IS NOT NULL GROUP BY conversation_id ORDER BY min(id)`;
