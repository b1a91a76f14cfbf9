import type { Params } from "../contract/params.ts";

/** How much of each request is kept in the database. */
export type RecordMode = "full" | "text" | "metrics";

/** One step of a ladder. */
export interface LevelConfig {
  /** Requests at once. */
  parallel: number;
  /** Requests in all, warm-up not counted. */
  number: number;
}

export interface Timeouts {
  /** Seconds; Infinity for none. */
  connectS: number;
  /** Longest silence, in seconds; waiting for the first byte counts. */
  readS: number;
  totalS: number;
}

/** Everything a run is made from, secrets excepted. Plain data: it is stored, printed and sent to engines as it is. */
export interface RunConfig {
  url: string;
  api: string;
  /** The file that defines the API plugin, absolute; absent for one that is built in. */
  apiFile?: string;
  dataset: string;
  /** The same of the dataset plugin. */
  datasetFile?: string;
  params: Params;
  levels: LevelConfig[];
  /** Requests sent before each level's own, recorded with phase "warmup". A ratio below 1 is of the level's number. */
  warmupNum: number;
  /** Headers whose values are not secret. */
  headers: Record<string, string>;
  timeouts: Timeouts;
  /** Seconds to poll for a ready server; 0: one try. */
  waitReadyS: number;
  testConnection: boolean;
  /** null: decided from the load. */
  engines: number | null;
  record: RecordMode;
  outputsDir: string;
  /** The run's folder name below the time. */
  name: string;
  noTimestamp: boolean;
  /** Upper bound of a range given to --max-tokens; the lower one is `params.maxTokens`. */
  maxTokensTo: number | null;
  /** Seed of everything plumb draws itself. */
  seed: number;
  json: boolean;
  debug: boolean;
}

/** What must never be stored, logged or shown: header names (lower case) to values, the key's among them. */
export interface Secrets {
  headers: Record<string, string>;
  /** Credentials that stood in the URL, "user:password", percent-decoded. */
  urlCredentials: string | null;
}
