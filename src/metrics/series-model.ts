/** What charts are drawn from: a run's requests as series, histograms and a sample, small whatever the run's length. */

/**
 * Counts in buckets of equal ratio: bucket i holds values from 10^(i / perDecade) to 10^((i + 1) / perDecade). The first
 * one holds too what lies far below all but a few of the values.
 */
export interface PackedCounts {
  perDecade: number;
  /** i of the first count. */
  first: number;
  counts: number[];
}

export const HISTOGRAM_KEYS = ["ttft_ms", "tpot_ms", "chunk_gap_ms", "latency_ms"] as const;
export type HistogramKey = (typeof HISTOGRAM_KEYS)[number];

/** One level's histograms, of milliseconds; null: no request had the figure. */
export interface LevelHistograms {
  level: number;
  repeat: number;
  histograms: Record<HistogramKey, PackedCounts | null>;
}

/** A percentile in each window; null where too few requests were sent in it to tell. */
export interface WindowQuantiles {
  p50: (number | null)[];
  p90: (number | null)[];
  p99: (number | null)[];
}

/**
 * What the server's own metrics page and its GPUs' said, in each bin of `OverTime`: means over the readings in it, null
 * without one. Requests and watts are added up over replicas and GPUs, shares (from 0 to 1) averaged.
 */
export interface ServerOverTime {
  running: (number | null)[];
  waiting: (number | null)[];
  kvCacheUse: (number | null)[];
  /** Hits / queries counted in the bin, else what the server gives as its rate. */
  prefixHitRate: (number | null)[];
  gpuPowerW: (number | null)[];
  gpuUse: (number | null)[];
}

/** All of the run on one axis of time: seconds from `RunSeries.start`. Warm-up is left out. */
export interface OverTime {
  /** Length of a bin in seconds; bin k begins at k times it. */
  bin: number;
  /** A second, in each bin. */
  sent: number[];
  succeeded: number[];
  /** Completion tokens of successes, spread evenly from a request's first output to its end. */
  outputTokens: number[];
  /** Mean in each bin. */
  inFlight: number[];
  /** Failures a second by kind; unsent ones are none. */
  errors: Record<string, number[]>;
  /** Windows of percentiles, by the moment of sending. */
  window: number;
  ttftMs: WindowQuantiles;
  latencyMs: WindowQuantiles;
  /** plumb's own engines: the worst sample in each bin, null without one. */
  clientCpu: (number | null)[];
  clientLoopLagMs: (number | null)[];
  /** null: the server's metrics were not read. */
  server: ServerOverTime | null;
  levels: { level: number; repeat: number; from: number; to: number }[];
}

/** Columns of some of the requests, in order of sending. Times in seconds from `RunSeries.start`. */
export interface RequestColumns {
  requestId: string[];
  /** Place in `OverTime.levels`. */
  level: number[];
  scheduled: (number | null)[];
  sent: number[];
  /** Seconds from sent; null: no output. */
  firstOutput: (number | null)[];
  /** Seconds from sent. */
  latency: number[];
  promptTokens: (number | null)[];
  completionTokens: (number | null)[];
  /** null: a success. */
  errorKind: (string | null)[];
}

/** Successes of one turn of conversations. */
export interface TurnFigures {
  turn: number;
  requests: number;
  ttftP50Ms: number | null;
  ttftP90Ms: number | null;
  latencyP50Ms: number | null;
  latencyP90Ms: number | null;
  /** Mean tokens of a prompt. */
  promptTokens: number | null;
  /** Cached / prompt tokens over the requests that reported it. */
  cacheHitRate: number | null;
}

/** A request with what was said, cut. Durations in milliseconds. */
export interface NotedRequest {
  requestId: string;
  level: number;
  repeat: number;
  turn: number | null;
  /** Seconds from `RunSeries.start`; null: not sent. */
  sent: number | null;
  ttftMs: number | null;
  latencyMs: number | null;
  promptTokens: number | null;
  completionTokens: number | null;
  status: number | null;
  errorKind: string | null;
  error: string | null;
  finishReason: string | null;
  /** null: not kept (--record), or there was none. */
  request: string | null;
  output: string | null;
}

export interface RunSeries {
  /** Unix seconds of the charts' zero: when the first level began. */
  start: number;
  overTime: OverTime;
  levels: LevelHistograms[];
  /** Gaps of one reply in so many are in the histograms of chunk_gap_ms. */
  gapsEvery: number;
  /** Every k-th request. */
  sample: RequestColumns;
  /** Requests that were sent one after the other, for each level: all of it, or a stretch from its middle on. */
  stretches: RequestColumns[];
  /** Empty unless conversations had more than one turn. */
  turns: TurnFigures[];
  slowest: NotedRequest[];
  failed: NotedRequest[];
}
