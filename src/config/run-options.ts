import type { ConnectionUse, RecordMode, TransportName } from "./run-config.ts";

/** Requests of a level: so many, or so many times its `parallel`. */
export type RequestCount = number | `${number}x`;

/** The options of a run under the names that people give them, before anything is worked out from them. */
export interface RunOptions {
  url?: string;
  model?: string;
  api: string;
  apiKey?: string;
  apiKeyFile?: string;
  envFile?: string;
  /** Each `NAME=VALUE` or `NAME: VALUE`. */
  headers: string[];
  dataset?: string;
  datasetPath?: string;
  prompt?: string;
  /** Requests at once, one value a level. */
  parallel: number[];
  number: RequestCount[];
  /** A count, or below 1 a share of each level's number. */
  warmupNum: number;
  /** Tokens; two values are the bounds of a range. */
  maxTokens: number[];
  minTokens?: number;
  temperature: number;
  topP?: number;
  topK?: number;
  stop?: string[];
  seed?: number;
  ignoreEos?: boolean;
  frequencyPenalty?: number;
  repetitionPenalty?: number;
  logprobs?: number;
  nChoices?: number;
  stopTokenIds?: number[];
  stream: boolean;
  extraArgs: Record<string, unknown>;
  /** Checked against the plugins' own options once those are known. */
  apiArgs?: Record<string, unknown>;
  datasetArgs?: Record<string, unknown>;
  /** The body that requests start from. */
  queryTemplate?: Record<string, unknown>;
  inputLen?: number;
  minPromptLength: number;
  maxPromptLength: number;
  /** Absent: decided by the URL's path. */
  applyChatTemplate?: boolean;
  tokenizerPath?: string;
  /** Seconds; Infinity for none. */
  connectTimeout: number;
  readTimeout: number;
  totalTimeout: number;
  transport: TransportName;
  connections: ConnectionUse;
  /** File of authorities to trust, PEM. */
  ca?: string;
  insecure: boolean;
  proxy?: string;
  proxyFromEnv: boolean;
  /** Path of a Unix socket. */
  unix?: string;
  /** Longest body, in MB of 1,000,000 bytes. */
  maxResponseMb: number;
  /** Names of headers whose values are secret. */
  redact: string[];
  /** Failures, and their share, that end a run. */
  maxErrors?: number;
  maxErrorRate?: number;
  /** Seconds. */
  waitReady: number;
  testConnection: boolean;
  engines?: number;
  record: RecordMode;
  outputsDir: string;
  name?: string;
  timestamp: boolean;
  strict: boolean;
  calibrate: boolean;
  json: boolean;
  debug: boolean;
}
