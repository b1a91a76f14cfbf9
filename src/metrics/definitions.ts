import { REQUEST_METRICS } from "./request-metrics.ts";
import { LATENCY_WITH_FAILURES, TTFT_WITH_FAILURES } from "./with-failures.ts";

/** What every figure means. The report, `docs/metrics.md` and `plumb explain` say the same because it stands here. */

export interface Metric {
  /** Its name in summary.json. */
  key: string;
  name: string;
  unit: "ms" | "s" | "tokens" | "tokens/s" | "requests/s" | "share" | "requests" | "tokens/chunk" | "items/s";
  formula: string;
  /** What it is made from: columns of `outcome` and `payload`, or another figure. */
  source: string;
  /** What else it is called, here or in other tools. */
  aliases: string[];
}

/** Every figure of a summary, for the documentation and for `plumb explain`. */
export const METRICS: Metric[] = [
  ...Object.values(REQUEST_METRICS),
  TTFT_WITH_FAILURES,
  LATENCY_WITH_FAILURES,
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
    key: "success_rate",
    name: "success rate",
    unit: "share",
    formula: "successes / offered: everything that was due, unsent ones too",
    source: "success",
    aliases: [],
  },
  {
    key: "attainment",
    name: "attainment",
    unit: "share",
    formula: "requests that met every upper limit of --slo on a wait / offered: failed and unsent ones met none",
    source: "the columns of those waits",
    aliases: ["slo_attainment"],
  },
  {
    key: "goodput_per_s",
    name: "goodput",
    unit: "requests/s",
    formula: "requests that met every upper limit of --slo on a wait / duration",
    source: "the columns of those waits, and duration_s",
    aliases: ["goodput"],
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
    key: "items_per_s",
    name: "items",
    unit: "items/s",
    formula:
      "texts embedded or documents ranked by successes / duration; in the steady window, by those completed inside",
    source: "items and duration_s; only for APIs whose replies are no text",
    aliases: ["embeddings_per_second", "documents_per_second"],
  },
  {
    key: "input_tokens_per_s",
    name: "input throughput",
    unit: "tokens/s",
    formula: "prompt tokens of successes / duration",
    source: "prompt_tokens and duration_s; only for APIs whose replies are no text",
    aliases: ["input_throughput", "input_token_throughput"],
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
