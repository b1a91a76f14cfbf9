/** What the live view shows: counters that cost the same however many requests have ended. */

export interface Progress {
  /** Requests of the whole run, warm-up included. */
  total: number;
  done: number;
  failed: number;
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
  /** "parallel 64", for the reader. */
  levelLabel: string;
  stopping: boolean;
}
