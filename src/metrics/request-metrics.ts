import type { Metric } from "./definitions.ts";

/** A figure with one value a request; its SQL can be asked of the view `result` word for word. */
export interface RequestMetric extends Metric {
  key: RequestMetricKey;
  /** The value, in `unit`. */
  sql: string;
  /** Which requests have it, beside `phase = 'measure'`. */
  where: string;
  /** The value in open loop, where it differs. */
  openLoopSql?: string;
  /** Absent in closed loop, where it would repeat another figure. */
  openLoopOnly?: true;
}

export type RequestMetricKey =
  | "ttft_ms"
  | "ttfa_ms"
  | "tpot_ms"
  | "latency_ms"
  | "latency_from_sent_ms"
  | "wait_ms"
  | "client_lag_ms"
  | "prompt_tokens"
  | "completion_tokens";

const SUCCESS = "success = 1";

export const REQUEST_METRICS: Record<RequestMetricKey, RequestMetric> = {
  ttft_ms: {
    key: "ttft_ms",
    name: "TTFT, time to first token",
    unit: "ms",
    formula: "first event with output of any channel (text, reasoning, tool) and any choice - sent",
    source: "first_chunk_latency of streamed successes",
    aliases: ["ttft", "first_chunk_latency", "time_to_first_token"],
    sql: "first_chunk_latency * 1000",
    where: `${SUCCESS} AND is_stream = 1`,
  },
  ttfa_ms: {
    key: "ttfa_ms",
    name: "TTFA, time to first answer",
    unit: "ms",
    formula: "first event with answer text - sent; later than TTFT where a model reasons first",
    source: "first_answer_latency of streamed successes",
    aliases: ["ttfa", "first_answer_latency", "time_to_first_output_token"],
    sql: "first_answer_latency * 1000",
    where: `${SUCCESS} AND is_stream = 1`,
  },
  tpot_ms: {
    key: "tpot_ms",
    name: "TPOT, time per output token",
    unit: "ms",
    formula: "(last output - first output) / (tokens - tokens of the first chunk), of each request; mean unweighted",
    source: "time_per_output_token of successes with at least 2 tokens",
    aliases: ["tpot", "time_per_output_token"],
    sql: "time_per_output_token * 1000",
    where: SUCCESS,
  },
  latency_ms: {
    key: "latency_ms",
    name: "latency",
    unit: "ms",
    formula: "completed - sent; in open loop completed - scheduled",
    source: "latency, or completed_time and scheduled_time, of successes",
    aliases: ["latency", "e2e_latency", "request_latency", "e2el"],
    sql: "latency * 1000",
    where: SUCCESS,
    openLoopSql: "(completed_time - scheduled_time) * 1000",
  },
  latency_from_sent_ms: {
    key: "latency_from_sent_ms",
    name: "latency from sent",
    unit: "ms",
    formula: "completed - sent; in open loop only, where latency_ms is from scheduled",
    source: "latency of successes",
    aliases: [],
    sql: "latency * 1000",
    where: SUCCESS,
    openLoopOnly: true,
  },
  wait_ms: {
    key: "wait_ms",
    name: "wait for a slot",
    unit: "ms",
    formula: "released - scheduled: the service did not free a slot in time",
    source: "released_time and scheduled_time of everything sent, failures too",
    aliases: ["wait"],
    sql: "(released_time - scheduled_time) * 1000",
    where: "sent_time IS NOT NULL",
  },
  client_lag_ms: {
    key: "client_lag_ms",
    name: "client lag",
    unit: "ms",
    formula: "sent - max(scheduled, released): plumb's own machine was late",
    source: "sent_time, scheduled_time and released_time of everything sent, failures too",
    aliases: ["client_lag"],
    sql: "(sent_time - max(scheduled_time, coalesce(released_time, scheduled_time))) * 1000",
    where: "sent_time IS NOT NULL",
  },
  prompt_tokens: {
    key: "prompt_tokens",
    name: "prompt tokens",
    unit: "tokens",
    formula: "tokens of each request's input",
    source: "prompt_tokens of successes: the reply's usage, else a tokenizer's count",
    aliases: ["input_tokens", "input_sequence_length"],
    sql: "prompt_tokens",
    where: SUCCESS,
  },
  completion_tokens: {
    key: "completion_tokens",
    name: "completion tokens",
    unit: "tokens",
    formula: "tokens of each reply, reasoning included",
    source: "completion_tokens of successes: the reply's usage, else a tokenizer's count",
    aliases: ["output_tokens", "output_sequence_length"],
    sql: "completion_tokens",
    where: SUCCESS,
  },
};

/** A metric's value in a level, as SQL: NULL for a request that has no part in it. */
export function columnSql({ sql, openLoopSql, where }: RequestMetric, { rate }: { rate: number | null }): string {
  return `CASE WHEN ${where} THEN ${rate === null ? sql : (openLoopSql ?? sql)} END`;
}

/** More requests than this are scanned for one metric after the other, so that the values of one at a time are held. */
const MOST_AT_ONCE = 500_000;

/** The metrics in parts: those of one part are read in one scan, and take 8 bytes a request each. */
export function scansOf(metrics: RequestMetric[], requests: number): RequestMetric[][] {
  return requests > MOST_AT_ONCE ? metrics.map((metric) => [metric]) : [metrics];
}
