export interface Spread {
  mean: number;
  max: number;
}

/** What the service said of itself while a level ran. null: its page has no such metric. */
export interface ServerSummary {
  /** Moments at which a page was read. */
  readings: number;
  /** Requests in its batch, and in its queue. */
  running: Spread | null;
  waiting: Spread | null;
  /** Share of its KV cache, 0 to 1. */
  kv_cache_use: Spread | null;
  /** Shares, 0 to 1: over the level where it counts, else the mean of what it said. */
  prefix_cache_hit_rate: number | null;
  spec_acceptance_rate: number | null;
  preemptions: number | null;
  prompt_tokens: number | null;
  generated_tokens: number | null;
  /** null: no page told of GPUs. */
  gpu: {
    gpus: number;
    /** Of all GPUs together, in watts. */
    power_w: Spread | null;
    /** 0 to 1, mean of the GPUs. */
    use: Spread | null;
    memory_bytes: Spread | null;
    /** By their own counters, else from their power over time. */
    energy_j: number | null;
    joules_per_output_token: number | null;
  } | null;
}
