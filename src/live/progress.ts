/** What the live view shows: counters that cost the same however many requests have ended. */

export interface Progress {
  /** Requests or conversations of the whole run, warm-up included; null: nobody knows beforehand. */
  total: number | null;
  /** How much of the time that the run is to take has gone by, 0 to 1; null: its stages have no ends in time. */
  timeShare: number | null;
  done: number;
  /** Requests that have ended; more than `done` where that counts conversations. */
  ended: number;
  /** `total` and `done` count conversations, each of which is several requests. */
  conversations: boolean;
  failed: number;
  /** Never sent, or given up on purpose: neither ended nor failed. */
  apart: number;
  inFlight: number;
  /** Output tokens of everything that has ended. */
  outputTokens: number;
  errors: Map<string, number>;
  /** Seconds since the first request was due. */
  elapsedS: number;
  /** Milliseconds, over everything that has ended so far; null before the first. */
  ttftP50: number | null;
  ttftP99: number | null;
  /** 0-based, of `levels`. */
  level: number;
  levels: number;
  /** "64 at once", in the reader's language. */
  levelLabel: string;
  stopping: boolean;
  recent: Recent;
  /** null: no engine has said yet how it does. */
  client: ClientState | null;
}

/** The last seconds, one value a second, the oldest first. */
export interface Recent {
  requestsPerS: number[];
  /** Of the requests that ended in that second. */
  outputTokensPerS: number[];
  /** null: nothing of the kind ended of late. */
  ttft: RecentReading | null;
  tpot: RecentReading | null;
  latency: RecentReading | null;
}

/** Milliseconds. */
export interface RecentReading {
  p50: number;
  p99: number;
  /** null: nothing ended in that second. */
  p50Curve: (number | null)[];
  p99Curve: (number | null)[];
}

/** How plumb itself does: of the engine that is worst off, in its last second. */
export interface ClientState {
  /** Share of a core that the thread which takes the times used, 0 to 1; of the whole process where only that is known. */
  cpu: number;
  /** Longest that the event loop was late, in milliseconds. */
  loopLagMs: number;
}
