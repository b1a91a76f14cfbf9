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

/** One kind of a level's requests: a dataset of several, or what the data call so. */
export interface PartSummary {
  part: string;
  /** Sent. */
  requests: number;
  success: number;
  ttft_ms: Distribution | null;
  tpot_ms: Distribution | null;
  latency_ms: Distribution | null;
  prompt_tokens: Distribution | null;
  completion_tokens: Distribution | null;
}
