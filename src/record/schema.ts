import type { SQLQueryBindings } from "bun:sqlite";
import { withoutNul } from "./kept-texts.ts";
import type { Outcome, RecordedRequest } from "./outcome.ts";
import type { EngineRow, LevelRow, RunRow, SampleRow, ServerSampleRow } from "./rows.ts";

/** `PRAGMA user_version` of the files that this code writes, and the newest that it reads. */
export const SCHEMA_VERSION = 3;

/** `PRAGMA application_id`, "plmb" in ASCII: what tells a run's file from any other SQLite database. */
export const APPLICATION_ID = 0x706c6d62;

/** The file's name in a run's folder. */
export const DATABASE_NAME = "benchmark_data.db";

type SqlType = "INTEGER" | "REAL" | "TEXT" | "INTEGER PRIMARY KEY";

/** A column: its name, its type, and where a row of the program has it. */
export interface Column<Row> {
  name: string;
  type: SqlType;
  of(row: Row): SQLQueryBindings;
}

function column<Row>(name: string, type: SqlType, of: (row: Row) => SQLQueryBindings): Column<Row> {
  return { name, type, of };
}

const flag = (value: boolean | null): number | null => (value === null ? null : Number(value));

/** Small columns only: every figure is a scan of this table, and payloads in it would make that scan a hundredfold. */
export const OUTCOME_COLUMNS: Column<Outcome>[] = [
  column("id", "INTEGER PRIMARY KEY", (o) => o.id),
  column("request_id", "TEXT", (o) => o.requestId),
  column("phase", "TEXT", (o) => o.phase),
  column("level", "INTEGER", (o) => o.level),
  column("repeat", "INTEGER", (o) => o.repeat),
  column("engine", "INTEGER", (o) => o.engine),
  column("endpoint", "TEXT", (o) => o.endpoint),
  column("model", "TEXT", (o) => o.model),
  column("conversation_id", "TEXT", (o) => o.conversationId),
  column("turn", "INTEGER", (o) => o.turn),
  column("turns", "INTEGER", (o) => o.turns),
  column("scheduled_time", "REAL", (o) => o.scheduledTime),
  column("released_time", "REAL", (o) => o.releasedTime),
  column("sent_time", "REAL", (o) => o.sentTime),
  column("written_time", "REAL", (o) => o.writtenTime),
  column("completed_time", "REAL", (o) => o.completedTime),
  column("connect_s", "REAL", (o) => o.connectS),
  column("tls_s", "REAL", (o) => o.tlsS),
  column("new_connection", "INTEGER", (o) => flag(o.newConnection)),
  column("latency", "REAL", (o) => o.latency),
  column("first_chunk_latency", "REAL", (o) => o.firstChunkLatency),
  column("first_answer_latency", "REAL", (o) => o.firstAnswerLatency),
  column("time_per_output_token", "REAL", (o) => o.timePerOutputToken),
  column("prompt_tokens", "INTEGER", (o) => o.promptTokens),
  column("completion_tokens", "INTEGER", (o) => o.completionTokens),
  column("reasoning_tokens", "INTEGER", (o) => o.reasoningTokens),
  column("cached_tokens", "INTEGER", (o) => o.cachedTokens),
  column("items", "INTEGER", (o) => o.items),
  column("token_source", "TEXT", (o) => o.tokenSource),
  column("chunks", "INTEGER", (o) => o.chunks),
  column("coalesced_chunks", "INTEGER", (o) => o.coalescedChunks),
  column("bytes", "INTEGER", (o) => o.bytes),
  column("wire_sent", "INTEGER", (o) => o.wireSent),
  column("wire_received", "INTEGER", (o) => o.wireReceived),
  column("part", "TEXT", (o) => o.part),
  column("asked_prompt_tokens", "INTEGER", (o) => o.askedPromptTokens),
  column("asked_completion_tokens", "INTEGER", (o) => o.askedCompletionTokens),
  column("is_stream", "INTEGER", (o) => flag(o.isStream)),
  column("stamp_source", "TEXT", (o) => o.stampSource),
  column("success", "INTEGER", (o) => flag(o.ending.ok)),
  column("status", "INTEGER", (o) => o.status),
  column("error_kind", "TEXT", (o) => (o.ending.ok ? null : o.ending.kind)),
  column("error", "TEXT", (o) => (o.ending.ok ? null : withoutNul(o.ending.message))),
  column("finish_reason", "TEXT", (o) => o.finishReason),
  column("attempts", "INTEGER", (o) => o.attempts),
];

/**
 * The order matters. SQLite keeps a large row as a chain of overflow pages and follows it only as far as the last
 * column asked for: with the times in front, reading them does not touch the pages of the large texts behind.
 */
export const PAYLOAD_COLUMNS: Column<RecordedRequest>[] = [
  column("id", "INTEGER PRIMARY KEY", (r) => r.outcome.id),
  column("previous", "INTEGER", (r) => r.payload.difference?.previous ?? null),
  column("request_shared", "INTEGER", (r) => r.payload.difference?.shared ?? null),
  column("request_end", "INTEGER", (r) => r.payload.difference?.end ?? null),
  column("event_times", "TEXT", (r) => r.payload.eventTimes),
  column("event_tokens", "TEXT", (r) => r.payload.eventTokens),
  column("output_text", "TEXT", (r) => r.payload.outputText),
  column("request_tail", "TEXT", (r) => r.payload.difference?.tail ?? null),
  column("request", "TEXT", (r) => r.payload.request),
  column("response_messages", "TEXT", (r) => r.payload.responseMessages),
];

export const LEVEL_COLUMNS: Column<LevelRow>[] = [
  column("level", "INTEGER", (l) => l.level),
  column("repeat", "INTEGER", (l) => l.repeat),
  column("parallel", "INTEGER", (l) => l.parallel),
  column("rate", "REAL", (l) => l.rate),
  column("number", "INTEGER", (l) => l.number),
  column("duration_s", "REAL", (l) => l.durationS),
  column("ramp_s", "REAL", (l) => l.rampS),
  column("start_time", "REAL", (l) => l.startTime),
  column("end_time", "REAL", (l) => l.endTime),
  column("end_reason", "TEXT", (l) => l.endReason ?? null),
];

export const ENGINE_COLUMNS: Column<EngineRow>[] = [
  column("engine", "INTEGER", (e) => e.engine),
  column("pid", "INTEGER", (e) => e.pid),
  column("time_origin_ms", "REAL", (e) => e.timeOriginMs),
  column("clock_offset_ms", "REAL", (e) => e.clockOffsetMs),
];

export const SAMPLE_COLUMNS: Column<SampleRow>[] = [
  column("time", "REAL", (s) => s.time),
  column("engine", "INTEGER", (s) => s.engine),
  column("span_s", "REAL", (s) => s.spanS),
  column("cpu", "REAL", (s) => s.cpu),
  column("thread_cpu", "REAL", (s) => s.threadCpu),
  column("core_wait", "REAL", (s) => s.coreWait),
  column("loop_lag_ms", "REAL", (s) => s.loopLagMs),
  column("stalls", "TEXT", (s) => s.stalls),
  column("rss_mb", "REAL", (s) => s.rssMb),
  column("in_flight", "INTEGER", (s) => s.inFlight),
  column("connections", "INTEGER", (s) => s.connections),
  column("opened", "INTEGER", (s) => s.opened),
  column("steal", "REAL", (s) => s.steal),
  column("load", "REAL", (s) => s.load),
  column("sent", "INTEGER", (s) => s.sent),
  column("done", "INTEGER", (s) => s.done),
];

export const RUN_COLUMNS: Column<RunRow>[] = [
  column("start_time", "REAL", (r) => r.startTime),
  column("end_time", "REAL", (r) => r.endTime),
  column("ended", "TEXT", (r) => r.end),
  column("end_reason", "TEXT", (r) => r.endReason),
  column("config", "TEXT", (r) => r.config),
  column("versions", "TEXT", (r) => JSON.stringify(r.versions)),
  column("machine", "TEXT", (r) => JSON.stringify(r.machine)),
  column("seed", "INTEGER", (r) => r.seed),
  column("skipped", "INTEGER", (r) => r.skipped),
  column("calibration", "TEXT", (r) => r.calibration),
];

/** What the server's own metrics pages said, one row a series and a reading. */
export const SERVER_SAMPLE_COLUMNS: Column<ServerSampleRow>[] = [
  column("time", "REAL", (s) => s.time),
  column("name", "TEXT", (s) => s.name),
  column("labels", "TEXT", (s) => s.labels),
  column("value", "REAL", (s) => s.value),
];

function table<Row>(name: string, columns: Column<Row>[]): string {
  return `CREATE TABLE ${name} (${columns.map((c) => `${c.name} ${c.type}`).join(", ")})`;
}

/** Every payload text by its name: SQLite leaves the join out of a query that asks for none of them. */
const VIEW_FIRST: [name: string, from: string][] = [
  ["request", wholeRequest()],
  ["response_messages", "p.response_messages"],
  ["start_time", "o.sent_time"],
  ["first_chunk_latency", "o.first_chunk_latency"],
  ["latency", "o.latency"],
  ["completed_time", "o.completed_time"],
  ["time_per_output_token", "o.time_per_output_token"],
  ["inter_token_latencies", interTokenLatencies()],
  ["prompt_tokens", "o.prompt_tokens"],
  ["completion_tokens", "o.completion_tokens"],
  ["max_gpu_memory_cost", "NULL"],
  ["is_stream", "o.is_stream"],
  ["success", "o.success"],
  ["request_id", "o.request_id"],
];

/**
 * Seconds between successive events with output, as a JSON array. The two arrays are put side by side by their index
 * with a GROUP BY and not a join, which over json_each would compare every element with every other.
 */
function interTokenLatencies(): string {
  return `CASE WHEN p.event_times IS NOT NULL THEN (SELECT json_group_array(gap) FROM (
      SELECT (time - lag(time) OVER (ORDER BY place)) / 1e6 AS gap FROM (
        SELECT place, max(time) AS time, max(tokens) AS tokens FROM (
          SELECT key AS place, value AS time, 0 AS tokens FROM json_each(p.event_times)
          UNION ALL SELECT key, NULL, value FROM json_each(p.event_tokens)
        ) GROUP BY place
      ) WHERE tokens > 0 ORDER BY place
    ) WHERE gap IS NOT NULL) END`;
}

/**
 * The request body, where it is told by its difference from the turn before, too. The turns are put together from the
 * conversation's first on; a request by itself costs a look at `previous`.
 */
function wholeRequest(): string {
  return `CASE WHEN p.previous IS NULL THEN p.request ELSE (
    WITH RECURSIVE chain (back, previous, shared, tail, ending, request) AS (
      SELECT 0, p.previous, p.request_shared, p.request_tail, p.request_end, NULL
      UNION ALL
      SELECT c.back + 1, q.previous, q.request_shared, q.request_tail, q.request_end, q.request
      FROM chain c JOIN payload q ON q.id = c.previous
    ), whole (back, body) AS (
      SELECT back, request FROM chain WHERE previous IS NULL
      UNION ALL
      SELECT c.back, substr(w.body, 1, c.shared) || c.tail || substr(w.body, length(w.body) - c.ending + 1)
      FROM whole w JOIN chain c ON c.back = w.back - 1
    )
    SELECT body FROM whole WHERE back = 0
  ) END`;
}

/** They say in the table how a request is kept; the view has it whole. */
const HOW_KEPT = ["previous", "request_shared", "request_tail", "request_end"];

function resultView(): string {
  const named = new Set([...VIEW_FIRST.map(([name]) => name), ...HOW_KEPT]);
  const ours = [
    ...OUTCOME_COLUMNS.map((c) => [c.name, `o.${c.name}`] as const),
    ...PAYLOAD_COLUMNS.filter((c) => c.name !== "id").map((c) => [c.name, `p.${c.name}`] as const),
  ].filter(([name]) => !named.has(name));
  const columns = [...VIEW_FIRST, ...ours].map(([name, from]) => `${from} AS ${name}`);
  return `CREATE VIEW result AS SELECT\n  ${columns.join(",\n  ")}\nFROM outcome o LEFT JOIN payload p ON p.id = o.id`;
}

/** The statements that make an empty file. No STRICT: an old sqlite3 must be able to read it. */
export const CREATE_STATEMENTS: string[] = [
  table("run", RUN_COLUMNS),
  table("engine", ENGINE_COLUMNS),
  table("level", LEVEL_COLUMNS),
  table("outcome", OUTCOME_COLUMNS),
  table("payload", PAYLOAD_COLUMNS),
  table("sample", SAMPLE_COLUMNS),
  table("server_sample", SERVER_SAMPLE_COLUMNS),
  resultView(),
];

/** Built when the run has ended: while it goes on they would cost every insert. */
export const INDEX_STATEMENTS: string[] = ["CREATE INDEX outcome_request_id ON outcome (request_id)"];
