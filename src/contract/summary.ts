/** The shape of summary.json: what every report is made from. What does not exist is null, never 0. */

import type { ConversationsSummary, TurnsSummary } from "./conversation-summary.ts";
import type { EndpointSummary, LengthSummary, ModelSummary, PartSummary } from "./length-summary.ts";
import type { Params } from "./params.ts";
import type { Curve, LevelObjectives, RepeatedLevel, SearchSummary } from "./plan-summary.ts";
import type { ServerSummary } from "./server-summary.ts";

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
  /** Given up on purpose by --cancel: neither success nor failure. */
  cancelled: number;
  /** Failed ones by kind, the commonest first. */
  by_error: Record<string, number>;
  /** success / (offered - cancelled), 0 to 1; null where nothing was due. */
  success_rate: number | null;
}

/**
 * A percentile in which failures count. `exact`: nothing that is unknown could change it. `at_least`: it is this or
 * more, because the waits of requests that were cut off are known only as far as they were waited for. `failed`: so many
 * requests failed that it falls on one of them, which never got there.
 */
export type BoundedQuantile = { bound: "exact" | "at_least"; value_ms: number } | { bound: "failed"; value_ms: null };

export type QuantilesWithFailures = Record<"p50" | "p90" | "p95" | "p99", BoundedQuantile>;

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
  /** The course of its rate as it was given, in requests a second, such as "10:30s+50:30s"; absent: `rate` all along. */
  course?: string;
  number: number | null;
  /** Why it ended before its own end, such as that requests piled up; null, and absent in older files: it did not. */
  end_reason?: string | null;
  requests: RequestCounts;
  /** Of every request that ended and was to have a first token; null where none came as a stream. */
  ttft_with_failures_ms: QuantilesWithFailures | null;
  /** Of every request that ended. */
  latency_with_failures_ms: QuantilesWithFailures | null;
  tokens: {
    prompt: number;
    completion: number;
    reasoning: number | null;
    cached: number | null;
    /** sum cached / sum prompt over the requests that reported it, 0 to 1 */
    cache_hit_rate: number | null;
    /** Completion tokens that arrived in requests which then failed. */
    failed_completion: number;
    /** Requests by where their counts come from: usage, tokenizer, plugin, none. */
    sources: Record<string, number>;
    /** Output tokens for each output chunk; null without chunks. */
    per_chunk: number | null;
  };
  /** Absent: the level sent single requests. */
  turns?: TurnsSummary;
  conversations?: ConversationsSummary;
  /** Lengths asked for against those that came; null: none were asked for. Absent in older files. */
  lengths?: LengthSummary | null;
  /** Where requests are of several kinds, such as datasets; null: they are not. Absent in older files. */
  parts?: PartSummary[] | null;
  /** By the model asked for; null: there is one. Absent in older files. */
  models?: ModelSummary[] | null;
  /** By the URL sent to; null: there is one. Absent in older files. */
  endpoints?: EndpointSummary[] | null;
  /** Absent: nothing was read, or in older files. */
  server?: ServerSummary;
  /** Share of output events that were read together with the one before, 0 to 1; null without any. */
  coalesced_share: number | null;
  /** In open loop: requests that plumb sent more than 10 ms after they were due and had a slot; absent in closed loop. */
  late_sends?: number;
  steady: (Figures & { start_time: number; end_time: number }) | null;
  /** Little's law inside the steady window: in flight measured, arrival rate x latency, and whether within 5%; null: too short to tell. */
  little: { in_flight: number; rate_x_latency: number; holds: boolean } | null;
}

export type Verdict = "valid" | "suspect" | "client-limited";

/** One piece of evidence for the verdict, found or not. */
export interface Finding {
  name: string;
  verdict: Verdict;
  value: number;
  unit: string;
  /** Above this it is suspect; null: never. */
  suspect: number | null;
  /** Above this it is client-limited; null: never. */
  limited: number | null;
  /** Which level it was worst at, from 0; null: it is of the run. */
  level: number | null;
  /** What it did to the figures; null where it is valid. */
  effect: string | null;
  /** What to do about it; null where it is valid. */
  advice: string | null;
}

/** What plumb recorded minus what the server knows, over the same requests, in milliseconds. */
export interface ErrorSpread {
  p50: number;
  p99: number;
  max: number;
}

/** plumb's own error on this machine: the load of one level, sent to a server that knows its own timing. */
export interface Calibration {
  /** Requests at once; null: no bound. */
  parallel: number | null;
  /** Requests a second; null in closed loop, and absent in older files. */
  rate?: number | null;
  requests: number;
  /** Requests of which both sides know the times. */
  compared: number;
  /** What the server was told: milliseconds, and tokens of a reply. */
  server: { ttft_ms: number; itl_ms: number; tokens: number };
  /** null: no request had it. */
  ttft_error_ms: ErrorSpread | null;
  tpot_error_ms: ErrorSpread | null;
  latency_error_ms: ErrorSpread | null;
  /** What plumb would have said of itself: its verdict, and how much too high TTFT p99 may be. */
  verdict: Verdict;
  estimated_ttft_error_ms: number | null;
}

export interface ClientSummary {
  verdict: Verdict;
  /** One line for each finding that is not valid. */
  reasons: string[];
  /** What else to know of the verdict, such as that a run was too short to tell much. */
  notes: string[];
  /** All that was looked at. */
  findings: Finding[];
  /** Busiest engine's mean share of a core, helper threads included. */
  cpu: number | null;
  /** How late an event was stamped at p99, had they come evenly over time. */
  loop_lag_ms: number | null;
  /** How much too high TTFT p99 may be, from the lateness of the event loop. */
  ttft_error_ms: number | null;
  connections_opened: number | null;
  /** Connections that the load needed at the least. */
  connections_needed: number | null;
  /** Seconds of levels that samples tell of. */
  evidence_s: number;
  /** One for each level, where --calibrate was given. */
  calibration: Calibration[] | null;
}

/** What a run was asked for, secrets excepted. config.json has all of it. */
export interface RunSettings {
  /** The final request URL, credentials removed. */
  url: string;
  /** Several models or URLs; absent: `params.model` and `url` alone, and in older files. */
  targets?: { models: { name: string; weight: number }[]; urls: string[] };
  api: string;
  dataset: string;
  params: Params;
  /** Requests at once (null: no bound) and in all (null: no count), a step of the ladder each. */
  levels: { parallel: number | null; number: number | null }[];
  /** The run's folder name below the time. */
  name: string;
  seed: number;
  /** What a reader of the figures must know of the way there; absent in older files. */
  connection?: {
    /** TLS certificates were not checked. */
    insecure: boolean;
    /** The proxy's URL, credentials removed. */
    proxy: string | null;
  };
}

export interface RunSummary extends Partial<Omit<LevelSummary, "level" | "requests">> {
  schema: string;
  config: RunSettings;
  /** Times: Unix seconds. `end`: done, failed, interrupted, or running for one that has not ended (or was killed). */
  run: { name: string; start_time: number; end: string; end_reason: string | null; skipped: number; warmup: number };
  /** Of all levels. */
  requests: RequestCounts;
  /** One object a level. With a single level its figures stand at the top too. */
  levels: LevelSummary[];
  /** One for each of `levels`, where --slo was given. */
  objectives?: LevelObjectives[];
  /** Where levels ran more than once. */
  repeats?: RepeatedLevel[];
  /** Where there are several levels. */
  curve?: Curve;
  search?: SearchSummary;
  client: ClientSummary;
}
