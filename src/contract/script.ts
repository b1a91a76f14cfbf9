import type { ApiPlugin } from "./api.ts";
import type { DatasetPlugin } from "./dataset.ts";
import type { RunSummary } from "./summary.ts";

/**
 * What `runBenchmark` takes: the flags of `plumb run` in camelCase, with the same meanings, limits and defaults. An
 * option that is undefined is not given.
 */
export interface BenchmarkConfig {
  /** The service's address; without a path the API's own is added. */
  url: string;
  /** Absent: the first that the service lists. */
  model?: string;
  /** Never stored or shown. Absent: PLUMB_API_KEY, then OPENAI_API_KEY. */
  apiKey?: string;
  apiKeyFile?: string;
  /** A file of `KEY=VALUE` lines that adds to the environment for this run. */
  envFile?: string;
  /** By name, or a list of "NAME=VALUE" and "NAME: VALUE". */
  headers?: Record<string, string> | string[];
  /** A name, or a plugin of the script's own: then requests are sent by this process instead of an engine process. */
  api?: string | ApiPlugin;
  /** Options of the API plugin's own. */
  apiArgs?: Record<string, unknown>;
  /** A name, or a plugin of the script's own. */
  dataset?: string | DatasetPlugin;
  /** Options of the dataset plugin's own. */
  datasetArgs?: Record<string, unknown>;
  datasetPath?: string;
  /** One text for every request, or `@` and a file. */
  prompt?: string;
  /** Files and folders of plugins, besides those that are found without being named. */
  plugins?: string | string[];
  /** Requests at once; several values are run one after the other. */
  parallel?: number | number[];
  /** Requests in all: a count, or "10x" for ten times `parallel`; as many values as `parallel`, or one. */
  number?: number | `${number}x` | (number | `${number}x`)[];
  /** Requests before each level's own, left out of the figures: a count, or below 1 a share of `number`. */
  warmupNum?: number;
  /** Processes that send. Not with an API of the script's own. */
  engines?: number;
  /** Output tokens asked for, or the two bounds to draw from. */
  maxTokens?: number | [from: number, to: number];
  minTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  frequencyPenalty?: number;
  repetitionPenalty?: number;
  /** Log-probabilities of so many of the likeliest tokens. */
  logprobs?: number;
  nChoices?: number;
  stop?: string | string[];
  stopTokenIds?: number | number[];
  seed?: number;
  ignoreEos?: boolean;
  stream?: boolean;
  /** The body that requests start from, or `@` and a file. */
  queryTemplate?: Record<string, unknown> | string;
  /** Merged into every request body last. */
  extraArgs?: Record<string, unknown>;
  /** Length of made prompts, in tokens. */
  inputLen?: number;
  /** In characters. */
  minPromptLength?: number;
  maxPromptLength?: number;
  applyChatTemplate?: boolean;
  tokenizerPath?: string;
  /** Seconds. */
  connectTimeout?: number | "none";
  /** Longest silence in a reply, in seconds. */
  readTimeout?: number | "none";
  /** Longest that a request may take, in seconds. */
  totalTimeout?: number | "none";
  /** What carries requests; "socket" costs less and tells more. */
  transport?: "fetch" | "socket";
  /** Connections are kept and used again, opened for each request, or for each conversation. */
  connections?: "pooled" | "new" | "session";
  /** PEM file of authorities to trust besides the system's. */
  ca?: string;
  /** Do not check TLS certificates. */
  insecure?: boolean;
  proxy?: string;
  proxyFromEnv?: boolean;
  /** Unix socket to connect to in place of the URL's host. */
  unix?: string;
  /** Longest body of a reply, in MB. */
  maxResponseMb?: number;
  /** Headers whose values are secret, besides those whose names say so. */
  redact?: string | string[];
  /** Failures that end the run. */
  maxErrors?: number;
  /** Share of failures that ends the run, 0 to 1. */
  maxErrorRate?: number;
  /** Seconds to wait for the service to be ready. */
  waitReady?: number;
  /** Send one small request first, which is not recorded. */
  testConnection?: boolean;
  /** What is kept of each request: everything, all but the events, or figures only. */
  record?: "full" | "text" | "metrics";
  outputsDir?: string;
  /** Name of the run's folder. */
  name?: string;
  /** false: leave the time out of the folder's path. */
  timestamp?: boolean;
  /** Say on stderr what is sent and what comes back. */
  debug?: boolean;

  /** Called about 5 times a second, from the first request to the last, and once at the end. */
  onProgress?: (progress: BenchmarkProgress) => void;
  /** Called with what there is to say besides results, a line each. Absent: the lines go to stderr. */
  onNotice?: (line: string) => void;
  /**
   * Once aborted nothing more is sent and what is in flight finishes: the result has `end: "interrupted"`. Aborted
   * before anything was sent, `runBenchmark` rejects with the signal's reason.
   */
  signal?: AbortSignal;
  /** Once aborted what is in flight is given up too, recorded as cancelled. */
  giveUp?: AbortSignal;
}

/** A run while it goes on. For watching: the summary's figures come from the record. */
export interface BenchmarkProgress {
  /** Requests of the whole run, warm-up included. */
  total: number;
  done: number;
  failed: number;
  inFlight: number;
  /** Output tokens of everything that has ended. */
  outputTokens: number;
  /** Failed requests by kind. */
  errors: Record<string, number>;
  /** Seconds since the first request was due. */
  elapsedS: number;
  /** Milliseconds, over everything that has ended so far; null before the first. */
  ttftP50Ms: number | null;
  ttftP99Ms: number | null;
  /** 0-based, of `levels`. */
  level: number;
  levels: number;
}

export interface BenchmarkResult {
  summary: RunSummary;
  /** The run's folder: database, summary.json, config.json. */
  folder: string;
  /** The SQLite file; `queryRun` reads it. */
  database: string;
  end: "done" | "failed" | "interrupted";
  /** Why a failed run ended; null for the others. */
  reason: string | null;
}

/** A row of an answer in SQL: columns by name. */
export type QueryRow = Record<string, string | number | null | Uint8Array>;

/**
 * Sends a load, records it, and reads the figures back. Prints no result. Several runs may go on at once.
 *
 * Rejects where the configuration is wrong (with every mistake, a line each) or nothing could be sent. Once sending has
 * begun every end is a result, a load of which all requests failed too: look at `summary.requests`.
 */
export declare function runBenchmark(config: BenchmarkConfig): Promise<BenchmarkResult>;

/**
 * The variables of a file of `KEY=VALUE` lines; those that the environment lacks are put into `process.env`.
 * @throws where the file cannot be read
 */
export declare function loadEnv(file: string): Record<string, string>;

/**
 * Asks a run's database one question in SQL: the view `result` has a row a request. Nothing can be changed.
 * @param path a run's folder, or its database file
 * @throws with SQLite's own words
 */
export declare function queryRun<Row extends object = QueryRow>(path: string, sql: string): Row[];

/** The table that `plumb run` prints. */
export declare function renderSummary(result: Pick<BenchmarkResult, "summary" | "database">): string;
