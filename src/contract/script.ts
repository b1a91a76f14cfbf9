import type { ApiPlugin } from "./api.ts";
import type { DatasetPlugin } from "./dataset.ts";
import type { RunSummary } from "./summary.ts";

/**
 * What `runBenchmark` takes: the flags of `plumb run` in camelCase, with the same meanings, limits and defaults. An
 * option that is undefined is not given.
 */
export interface BenchmarkConfig {
  /** The service's address; without a path the API's own is added. */
  url: string | string[];
  /** Which of several URLs a request goes to: in turn, or to the one with the fewest in flight within each engine. */
  urlMix?: "round-robin" | "least-busy";
  /** Absent: the first that the service lists. Several share the requests: "a,b", ["a", "b"], by weight "a:0.7,b:0.3". */
  model?: string | string[];
  /** Which of several models a request asks for; weights are drawn. */
  modelMix?: "round-robin" | "random";
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
  /**
   * Requests a second, whatever the service does: `10`, "0-100:60s" (evenly up to it), "10:30s+50:30s", or -1 for none.
   * With `parallel` at most so many at once.
   */
  rate?: number | string | (number | string)[];
  /** Requests in all: a count, or "10x" for ten times `parallel`, or `rate`; as many values as those, or one. */
  number?: number | `${number}x` | (number | `${number}x`)[];
  /** Requests before each level's own, left out of the figures: a count, or below 1 a share of `number`. */
  warmupNum?: number;
  /** Times are "60s", "2m", "1h", "500ms" or seconds. Send for so long. */
  duration?: number | string;
  /** Give up what is still in flight so long after the last request was sent. */
  drain?: number | string;
  /** How the gaps between the requests of `rate` are spread. */
  arrival?: "poisson" | "constant" | "gamma";
  /** Shape of gamma gaps. */
  burstiness?: number;
  /** File with the times to send at: seconds from the start, one a line. */
  schedule?: string;
  /** No more than what `rate` without `parallel` is. */
  openLoop?: boolean;
  /** Open the slots of `parallel` evenly over this time. */
  ramp?: number | string;
  /** Send each level's load for so long first, left out of the figures. */
  warmupDuration?: number | string;
  /** Pause between levels. */
  sleepInterval?: number | string;
  /** Requests to send before each level: "POST /reset_prefix_cache". */
  beforeLevel?: string | string[];
  /** POST /start_profile before each level and /stop_profile after it. */
  profile?: boolean;
  /** Share of the requests to give up on purpose, 0 to 1 or "10%", and when. */
  cancel?: number | string;
  cancelAfter?: number | string;
  /** Runs of each level, interleaved. */
  repeat?: number;
  /** Repeat until a figure is known so well, at least 3 times: "ttft_p99 ci<5%". */
  until?: string;
  /** Longest time for `until`: seconds, or "20m". */
  budget?: number | string;
  /** What must hold: "ttft_p99<500ms", or several. */
  slo?: string | string[];
  /** GPUs of the service, and what one costs an hour, in dollars. */
  gpus?: number;
  gpuHourCost?: number;
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
  /** Length of made prompts, in tokens: a number, "100-900", "normal:512,100" or "lognormal:512,300". */
  inputLen?: number | string;
  /** The same of replies: least and most are set to it, and the service is asked to go on after the model's end. */
  outputLen?: number | string;
  /** Lengths of prompt and reply together, with weights: "128,64:25;512,128:75". */
  lengths?: string;
  /** Tokens that made prompts share at their beginning. */
  prefixLength?: number;
  /** Different beginnings of random_prefix, and the share of its prompts that have one of them, 0 to 1. */
  prefixCount?: number;
  prefixHitRate?: number;
  /** Send prompts as token ids. */
  tokenizePrompt?: boolean;
  /** Whether prompts begin in a way of this run's own; absent: made ones alone. */
  cacheBust?: boolean;
  /** Send a random sample of so many inputs, over and over. */
  sample?: number;
  /** Send inputs in random order. */
  shuffle?: boolean;
  /** Images of datasets that have some: their size in pixels, format, how many a message, pixels a token's side. */
  imageWidth?: number;
  imageHeight?: number;
  imageFormat?: "jpeg" | "png" | "webp";
  imageNum?: number;
  imagePatchSize?: number;
  /** A trace, or an earlier run's folder or database: each request is sent at its own time. */
  replay?: string;
  /** How many times as fast as it was. */
  speed?: number;
  /** The part of the trace that is sent: "0s-600s". */
  replayWindow?: string;
  /** Longest wait in a trace for the next request or turn: seconds, or "10s". */
  maxIdle?: number | string;
  /** Inputs are conversations: `number` and `parallel` count them. */
  multiTurn?: boolean;
  /** Shorter conversations are left out, longer ones cut. */
  minTurns?: number;
  maxTurns?: number;
  /** So many users, each of whom sends a turn every users / rate seconds. */
  users?: number;
  /** Send the model's reasoning back to it with its replies. */
  keepReasoning?: boolean;
  /** Header that holds the conversation's id. */
  sessionHeader?: string;
  /** Send x-request-id. Absent: with conversations. */
  requestIds?: boolean;
  /** Send W3C's traceparent. */
  traceparent?: boolean;
  /** In characters; in tokens where a tokenizer is named. */
  minPromptLength?: number;
  maxPromptLength?: number;
  applyChatTemplate?: boolean;
  /** What counts tokens: a tokenizer.json, its folder, a .tiktoken file, an encoding or model, or "server". */
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
  /** Prometheus pages to read each second: the server's own (a path, such as /metrics, is one of `url`), and a DCGM exporter's. */
  serverMetrics?: string;
  gpuMetrics?: string;
  /** Port to serve plumb's own metrics on to Prometheus, while the run goes on. */
  metricsPort?: number;
  /** OpenTelemetry collector to send them to. */
  otlp?: string;
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
  /** Requests of the whole run, warm-up included; null: nobody knows beforehand. */
  total: number | null;
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
