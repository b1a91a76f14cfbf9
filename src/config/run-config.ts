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

export type TransportName = "fetch" | "socket";

/** pooled: kept and used again by whoever is next; new: one a request; session: one a conversation. */
export type ConnectionUse = "pooled" | "new" | "session";

/** How requests reach the service. Secrets of it stand in `Secrets`. */
export interface ConnectionConfig {
  transport: TransportName;
  use: ConnectionUse;
  /** Absolute path of a PEM file of authorities to trust besides the system's; null: those alone. */
  caFile: string | null;
  /** TLS certificates are not checked. */
  insecure: boolean;
  /** URL without credentials; null: none, whatever the environment says. */
  proxy: string | null;
  /** Absolute path of a Unix socket that stands for the URL's host; null: TCP. */
  unix: string | null;
  /** A longer body ends its request as `too_large`. */
  maxResponseBytes: number;
}

/** What ends a run early. null: nothing of the kind. */
export interface StopRules {
  /** That many failures. */
  errors: number | null;
  /** That share of failures among what has ended, 0 to 1. */
  errorRate: number | null;
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
  connection: ConnectionConfig;
  stopAt: StopRules;
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
  /** Exit code 1 where the verdict is client-limited. */
  strict: boolean;
  /** The same load goes to the embedded server first: its error stands beside the results. */
  calibrate: boolean;
  json: boolean;
  debug: boolean;
}

/** What must never be stored, logged or shown: header names (lower case) to values, the key's among them. */
export interface Secrets {
  headers: Record<string, string>;
  /** Credentials that stood in the URL, "user:password", percent-decoded. */
  urlCredentials: string | null;
  /** The same of the proxy's URL. */
  proxyCredentials: string | null;
}
