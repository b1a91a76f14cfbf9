/** What every figure means. The report, `docs/metrics.md` and `plumb explain` say the same because it stands here. */

export interface Metric {
  /** Its name in summary.json. */
  key: string;
  name: string;
  unit: "ms" | "s" | "tokens" | "tokens/s" | "requests/s" | "share" | "requests" | "tokens/chunk";
  formula: string;
  /** What it is made from: columns of `outcome` and `payload`, or another figure. */
  source: string;
  /** What else it is called, here or in other tools. */
  aliases: string[];
}

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

/** Every figure of a summary, for the documentation and for `plumb explain`. */
export const METRICS: Metric[] = [
  ...Object.values(REQUEST_METRICS),
  {
    key: "chunk_gap_ms",
    name: "chunk gap",
    unit: "ms",
    formula: "between successive events with output, undivided: the pauses that a person sees",
    source: "event_times and event_tokens of successes, whole microseconds",
    aliases: ["chunk_gap", "inter_chunk_latency", "inter_token_latencies"],
  },
  {
    key: "itl_ms",
    name: "ITL, inter-token latency",
    unit: "ms",
    formula: "chunk gap / tokens of the chunk that ends it, counted once for each of those tokens",
    source: "event_times and event_tokens of successes, to the nearest microsecond",
    aliases: ["itl", "inter_token_latency", "tbt"],
  },
  {
    key: "requests_per_s",
    name: "request throughput",
    unit: "requests/s",
    formula: "successes / duration; in the steady window, successes completed inside / its length",
    source: "success and duration_s",
    aliases: ["rps", "request_throughput"],
  },
  {
    key: "output_tokens_per_s",
    name: "output throughput",
    unit: "tokens/s",
    formula: "completion tokens of successes / duration; in the steady window, those stamped inside / its length",
    source: "completion_tokens and duration_s",
    aliases: ["tps", "output_throughput", "output_token_throughput"],
  },
  {
    key: "total_tokens_per_s",
    name: "total throughput",
    unit: "tokens/s",
    formula: "prompt and completion tokens of successes / duration; in the steady window, as for output throughput",
    source: "prompt_tokens, completion_tokens and duration_s",
    aliases: ["total_token_throughput"],
  },
  {
    key: "duration_s",
    name: "duration",
    unit: "s",
    formula: "last completed - first sent, failures too, warm-up left out",
    source: "sent_time and completed_time",
    aliases: ["benchmark_duration"],
  },
  {
    key: "cache_hit_rate",
    name: "cache hit rate",
    unit: "share",
    formula: "sum of cached tokens / sum of prompt tokens, over the requests that reported cached tokens",
    source: "cached_tokens and prompt_tokens of successes",
    aliases: ["prefix_cache_hit_rate"],
  },
  {
    key: "per_chunk",
    name: "tokens a chunk",
    unit: "tokens/chunk",
    formula: "completion tokens / events with output, over streamed successes",
    source: "completion_tokens and chunks",
    aliases: ["tokens_per_chunk"],
  },
  {
    key: "coalesced_share",
    name: "coalesced chunks",
    unit: "share",
    formula: "events with output read together with the one before / all events with output",
    source: "coalesced_chunks and chunks of streamed successes",
    aliases: ["coalesced_chunks"],
  },
];
