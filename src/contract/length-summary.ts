import type { Distribution } from "./summary.ts";

/** A length that was asked for beside the one that came, over the same requests. Tokens. */
export interface AskedAndGot {
  asked: Distribution;
  got: Distribution;
  /** Successes that have both. */
  requests: number;
  /** Share of them that are as asked to the token, 0 to 1. */
  exact_share: number;
  /** Share of them that are off by more than 5% of what was asked, 0 to 1. */
  off_by_more_than_5_percent: number;
}

/** null: nothing was asked of it. */
export interface LengthSummary {
  input: AskedAndGot | null;
  output: AskedAndGot | null;
}

/** One kind of a level's requests. */
export interface KindSummary {
  /** Sent. */
  requests: number;
  success: number;
  /** success / (sent - given up on purpose), 0 to 1; null where nothing was sent. */
  success_rate: number | null;
  ttft_ms: Distribution | null;
  tpot_ms: Distribution | null;
  latency_ms: Distribution | null;
  prompt_tokens: Distribution | null;
  completion_tokens: Distribution | null;
  /** Completion tokens of its successes over the whole level's time; null without any. */
  output_tokens_per_s: number | null;
}

/** A dataset of several, or what the data call so. */
export interface PartSummary extends KindSummary {
  part: string;
}

export interface ModelSummary extends KindSummary {
  model: string;
}

export interface EndpointSummary extends KindSummary {
  /** The URL. */
  endpoint: string;
}
