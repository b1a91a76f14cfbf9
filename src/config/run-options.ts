import type { LengthDistribution, LengthPair, LengthPlan } from "../contract/lengths.ts";
import type { RateSegment } from "../load/rate-curve.ts";
import type { PlanOptions } from "./plan.ts";
import type { ConnectionUse, RecordMode, TransportName } from "./run-config.ts";
import type { ModelMix, UrlMix } from "./targets.ts";
import type { TelemetryOptions } from "./telemetry.ts";

/** Requests of a level: so many, or so many times its `parallel`. */
export type RequestCount = number | `${number}x`;

/** The options of a run under the names that people give them, before anything is worked out from them. */
export interface RunOptions extends PlanOptions, TelemetryOptions {
  /** One or several. */
  url?: string[];
  /** Absent: round robin. */
  urlMix?: UrlMix;
  /** `NAME`, or several of them, each with a weight (`NAME:WEIGHT`) or none. */
  model?: string[];
  /** Absent: random where there are weights, else round robin. */
  modelMix?: ModelMix;
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
  /** Requests a second, one course a level; null: none. */
  rate?: (RateSegment[] | null)[];
  /** Seconds. */
  duration?: number;
  /** Seconds; Infinity for none. */
  drain: number;
  arrival: "poisson" | "constant" | "gamma";
  /** Of gamma gaps. */
  burstiness?: number;
  /** File of times. */
  schedule?: string;
  openLoop: boolean;
  /** Seconds. */
  ramp?: number;
  /** A count, or below 1 a share of each level's number. */
  warmupNum: number;
  /** Seconds. */
  warmupDuration?: number;
  sleepInterval: number;
  /** Each `METHOD PATH`. */
  beforeLevel: string[];
  profile: boolean;
  /** A share, 0 to 1, and seconds. */
  cancel?: number;
  cancelAfter?: number;
  /** Nothing is sent. */
  dryRun: boolean;
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
  /** Of made prompts, or of prompts and replies together. */
  inputLen?: LengthPlan;
  outputLen?: LengthDistribution;
  lengths?: LengthPair[];
  /** Tokens. */
  prefixLength?: number;
  prefixCount?: number;
  /** 0 to 1. */
  prefixHitRate?: number;
  tokenizePrompt: boolean;
  /** Absent: of made prompts. */
  cacheBust?: boolean;
  /** Inputs. */
  sample?: number;
  shuffle: boolean;
  /** Pixels. */
  imageWidth?: number;
  imageHeight?: number;
  imageFormat?: "jpeg" | "png" | "webp";
  /** A message. */
  imageNum?: number;
  /** Pixels. */
  imagePatchSize?: number;
  /** Inputs are conversations. */
  multiTurn: boolean;
  minTurns?: number;
  maxTurns?: number;
  users?: number;
  keepReasoning: boolean;
  /** Name of a header. */
  sessionHeader?: string;
  requestIds?: boolean;
  traceparent: boolean;
  /** File of a trace, or a run's folder or database. */
  replay?: string;
  speed?: number;
  /** Seconds of the trace. */
  replayWindow?: [from: number, to?: number];
  /** Seconds. */
  maxIdle?: number;
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
