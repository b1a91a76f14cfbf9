import type { Params } from "../contract/params.ts";
import type { LoadShape } from "../load/shape.ts";
import type { ConversationConfig, MarksConfig } from "./conversation.ts";
import type { CredentialScope } from "./credential-scope.ts";
import type { DataConfig } from "./dataset.ts";
import type { PlanConfig } from "./plan.ts";
import type { TargetsConfig } from "./targets.ts";
import type { TelemetryConfig } from "./telemetry.ts";

/** How much of each request is kept in the database. */
export type RecordMode = "full" | "text" | "metrics";

/** One step of a ladder. */
export interface LevelConfig {
  /** Requests at once; null: no bound, in open loop alone. */
  parallel: number | null;
  /** Requests in all, warm-up not counted; null: as many as there are until `durationS`. */
  number: number | null;
  /** Seconds after which nothing more is sent; null: no such end. */
  durationS: number | null;
  shape: LoadShape;
}

/** What goes before each level's own requests, recorded with phase "warmup"; with both, whichever ends first. */
export interface WarmupConfig {
  /** Requests; below 1 a share of the level's number; 0: no count. */
  num: number;
  /** Seconds; null: no such end. */
  durationS: number | null;
}

/** A request to the service that is no part of the load. */
export interface ServerCall {
  method: string;
  url: string;
}

/** What is done around the levels. */
export interface AroundLevels {
  /** Seconds between two levels. */
  pauseS: number;
  /** Sent before each level. */
  before: ServerCall[];
  /** The service's profiler runs while a level is measured. */
  profile: boolean;
}

/** A share of the requests is given up on purpose. */
export interface CancelConfig {
  /** 0 to 1. */
  share: number;
  /** Seconds from when a request was written, or sent where the transport cannot tell. */
  afterS: number;
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
  /** Where calls with a URL of their own may take the run's credentials; absent: to the origin of the run's URL. */
  credentials?: CredentialScope;
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
  /** The first, where there are several. */
  url: string;
  /** Absent: one URL and one model, and in older files. */
  targets?: TargetsConfig;
  api: string;
  /** The file that defines the API plugin, absolute; absent for one that is built in. */
  apiFile?: string;
  dataset: string;
  /** The same of the dataset plugin. */
  datasetFile?: string;
  data: DataConfig;
  params: Params;
  levels: LevelConfig[];
  warmup: WarmupConfig;
  /** Seconds that what is in flight may take when the sending has ended; null: as long as it takes. */
  drainS: number | null;
  around: AroundLevels;
  /** Repeats, objectives, a search; absent in older files. */
  plan?: PlanConfig;
  /** Absent: none, and in older files. */
  telemetry?: TelemetryConfig;
  /** null: none. */
  cancel: CancelConfig | null;
  conversations: ConversationConfig;
  marks: MarksConfig;
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
  dryRun: boolean;
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
