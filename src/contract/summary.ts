/** The shape of summary.json: what every report is made from. What does not exist is null, never 0. */
import type { Params } from "./params.ts";

export interface Distribution {
  mean: number;
  min: number;
  max: number;
  /** n - 1; null for one value. */
  std: number | null;
  p1: number;
  p5: number;
  p10: number;
  p25: number;
  p50: number;
  p75: number;
  p90: number;
  p95: number;
  p99: number;
}

export interface RequestCounts {
  /** Due, unsent ones too. */
  offered: number;
  /** Sent. */
  total: number;
  success: number;
  failed: number;
  unsent: number;
  by_error: Record<string, number>;
}

export interface Throughput {
  requests_per_s: number | null;
  output_tokens_per_s: number | null;
  total_tokens_per_s: number | null;
  /** Texts embedded or documents ranked; null for an API whose replies are text. */
  items_per_s: number | null;
  /** Prompt tokens; null for an API whose replies are text. */
  input_tokens_per_s: number | null;
}

/** The figures that exist for the whole run and again for its steady window. */
export interface Figures {
  duration_s: number | null;
  throughput: Throughput;
  ttft_ms: Distribution | null;
  ttfa_ms: Distribution | null;
  tpot_ms: Distribution | null;
  itl_ms: Distribution | null;
  chunk_gap_ms: Distribution | null;
  /** From sent; in open loop from scheduled. */
  latency_ms: Distribution | null;
  /** In open loop only: latency_ms without the wait. */
  latency_from_sent_ms: Distribution | null;
  wait_ms: Distribution | null;
  client_lag_ms: Distribution | null;
  prompt_tokens: Distribution | null;
  completion_tokens: Distribution | null;
}

export interface LevelSummary extends Figures {
  level: number;
  repeat: number;
  parallel: number | null;
  rate: number | null;
  number: number | null;
  requests: RequestCounts;
  tokens: {
    prompt: number;
    completion: number;
    reasoning: number | null;
    cached: number | null;
    /** sum cached / sum prompt over the requests that reported it, 0 to 1 */
    cache_hit_rate: number | null;
    /** Completion tokens of requests that failed. */
    failed_completion: number;
    /** Requests by where their counts come from: usage, tokenizer, plugin, none. */
    sources: Record<string, number>;
    /** Output tokens for each output chunk; null without chunks. */
    per_chunk: number | null;
  };
  /** Share of output events that were read together with the one before, 0 to 1; null without any. */
  coalesced_share: number | null;
  steady: (Figures & { start_time: number; end_time: number }) | null;
  /** Little's law inside the steady window: in flight measured, arrival rate x latency, and whether within 5%; null: too short to tell. */
  little: { in_flight: number; rate_x_latency: number; holds: boolean } | null;
}

export type Verdict = "valid" | "suspect" | "client-limited";

export interface ClientSummary {
  verdict: Verdict;
  reasons: string[];
  /** Busiest engine's mean share of a core. */
  cpu: number | null;
  /** p99 of the samples. */
  loop_lag_ms: number | null;
  connections_opened: number | null;
}

/** What a run was asked for, secrets excepted. config.json has all of it. */
export interface RunSettings {
  /** The final request URL, credentials removed. */
  url: string;
  api: string;
  dataset: string;
  params: Params;
  /** Requests at once and in all, a step of the ladder each. */
  levels: { parallel: number; number: number }[];
  /** The run's folder name below the time. */
  name: string;
  seed: number;
}

export interface RunSummary extends Partial<Omit<LevelSummary, "level">> {
  schema: string;
  config: RunSettings;
  /** Times: Unix seconds. `end`: done, failed, interrupted, or running for one that has not ended (or was killed). */
  run: { name: string; start_time: number; end: string; end_reason: string | null; skipped: number; warmup: number };
  /** One object a level. With a single level its figures stand at the top too. */
  levels: LevelSummary[];
  client: ClientSummary;
}
