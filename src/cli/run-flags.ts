import { CONFIG_FLAGS } from "./config-flags.ts";
import { CONVERSATION_FLAGS } from "./conversation-flags.ts";
import { DATASET_FLAGS } from "./dataset-flags.ts";
import {
  asChoice,
  asDuration,
  asDurationOrNone,
  asNumber,
  asText,
  ignored,
  several,
  single,
  toggle,
} from "./flag-kinds.ts";
import { IMAGE_FLAGS } from "./image-flags.ts";
import { LANGUAGE_FLAG } from "./language-flag.ts";
import { LOAD_FLAGS } from "./load-flags.ts";
import { PLAN_FLAGS, SLA_FLAGS } from "./plan-flags.ts";
import { REPLAY_FLAGS } from "./replay-flags.ts";
import { REQUEST_FLAGS } from "./request-flags.ts";
import { TELEMETRY_FLAGS } from "./telemetry-flags.ts";

const TIMEOUT = asDurationOrNone({ min: 0.001 });
const asAnything = (text: string): string => text;

const TARGET_FLAGS = {
  url: several(asText, {
    help: "The service's address; without a path the API's own is added: http://host:8000. Several share the requests",
    hint: "URL...",
    commas: false,
    replaces: true,
  }),
  urlMix: single(asChoice(["round-robin", "least-busy"]), {
    help: "Which of several URLs a request goes to: in turn (default), or fewest in flight within each engine",
    hint: "round-robin|least-busy",
  }),
  model: {
    ...several(asText, {
      help: "Model to ask for (default: the first that the service lists); several: a,b or by weight a:0.7,b:0.3",
      hint: "NAME[,NAME...]",
      commas: true,
      replaces: true,
    }),
    // Not what stands behind it: a stray word would be taken for a model.
    claims: (following: string[]) => Math.min(following.length, 1),
  },
  modelMix: single(asChoice(["round-robin", "random"]), {
    help: "Which of several models a request asks for: in turn (default), or drawn",
    hint: "round-robin|random",
  }),
  api: single(asText, { help: "API that the service speaks", hint: "NAME", default: "openai" }),
  plugins: several(asText, {
    help: "Files of plugins, or folders of them",
    hint: "FILE|FOLDER...",
    commas: false,
    default: [] as string[],
  }),
  apiKey: single(asAnything, { help: "Key, sent as a bearer token", hint: "KEY", secret: true }),
  apiKeyFile: single(asText, {
    help: "File with the key (default: $PLUMB_API_KEY, then $OPENAI_API_KEY)",
    hint: "FILE",
    secret: true,
  }),
  envFile: single(asText, { help: "File of KEY=VALUE lines that adds to the environment", hint: "FILE" }),
  headers: several(asAnything, {
    help: 'Headers of every request: NAME=VALUE or "NAME: VALUE"',
    hint: "NAME=VALUE...",
    commas: false,
    secret: true,
    default: [] as string[],
  }),
  connectTimeout: single(TIMEOUT, {
    help: "Longest wait for a connection, in seconds or with a unit",
    hint: "TIME|none",
    default: 30,
  }),
  readTimeout: single(TIMEOUT, {
    help: "Longest silence in a reply, in seconds or with a unit",
    hint: "TIME|none",
    default: 120,
  }),
  totalTimeout: single(TIMEOUT, {
    help: "Longest a request may take, in seconds or with a unit",
    hint: "TIME|none",
    default: 3600,
  }),
  transport: single(asChoice(["fetch", "socket"]), {
    help: "What carries requests: native fetch, or plumb's own sockets, which cost less and tell more",
    hint: "fetch|socket",
    default: "fetch",
  }),
  connections: single(asChoice(["pooled", "new", "session"]), {
    help: "Keep connections and use them again, open one for each request, or one for each conversation",
    hint: "pooled|new|session",
    default: "pooled",
  }),
  ca: single(asText, { help: "PEM file of authorities to trust besides the system's", hint: "FILE" }),
  insecure: toggle({ help: "Do not check TLS certificates", default: false }),
  proxy: single(asText, { help: "Proxy to go through: http://host:port", hint: "URL", secret: true }),
  proxyFromEnv: toggle({ help: "Take the proxy from HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY", default: false }),
  unix: single(asText, { help: "Unix socket to connect to in place of the URL's host", hint: "PATH" }),
  maxResponseMb: single(asNumber({ min: 0.001 }), {
    help: "Longest body of a reply, in MB; a longer one fails its request",
    hint: "MB",
    default: 32,
  }),
  redact: several(asText, {
    help: "Headers whose values are secret, besides those whose names say so",
    hint: "NAME...",
    commas: true,
    default: [] as string[],
  }),
  waitReady: single(asDuration(), {
    help: "Longest wait for the service to be ready, in seconds or with a unit",
    hint: "TIME",
    default: 0,
  }),
  testConnection: toggle({
    help: "Send one small request first, which is not recorded",
    negative: "Begin at once",
    default: true,
  }),
};

const OUTPUT_FLAGS = {
  record: single(asChoice(["full", "text", "metrics"]), {
    help: "What is kept of each request: everything, all but the events, or figures only",
    hint: "full|text|metrics",
    default: "full",
  }),
  outputsDir: single(asText, { help: "Folder that runs are written to", hint: "FOLDER", default: "outputs" }),
  name: single(asText, { help: "Name of the run's folder (default: the model's)", hint: "NAME" }),
  timestamp: toggle({
    help: "Put the run's folder into one named after the time",
    negative: "Leave the time out of the path",
    default: true,
  }),
  strict: toggle({ help: "End with exit code 1 where plumb's own machine shaped the figures", default: false }),
  calibrate: toggle({
    help: "Send the same load to the embedded server first, and put plumb's own error beside the figures",
    default: false,
  }),
  dryRun: toggle({ help: "Say what would be sent, and send nothing", default: false }),
  html: toggle({ help: "Write report.html into the run's folder", negative: "Leave it out", default: true }),
  json: toggle({ help: "Print the summary as JSON", default: false }),
  ...LANGUAGE_FLAG,
  debug: toggle({ help: "Log requests, replies and stack traces", default: false }),
};

/** Flags that commands made for another tool hold and that plumb has no use for. */
const IGNORED_FLAGS = Object.fromEntries(
  [
    ...["alias", "port", "attnImplementation", "scenario", "enablePdMetrics", "logEveryNQuery", "dbCommitInterval"],
    ...["queueSizeMultiplier", "inFlightTaskMultiplier", "numWorkers", "visualizer", "wandbApiKey", "swanlabApiKey"],
    ...["swanlabHost", "enableProgressTracker", "dataSource", "datasetOffset", "multiTurnArgs"],
  ].map((name) => [name, ignored()]),
);

/** Every flag of `plumb run`: the reader, the help and the defaults are made from it. */
export const RUN_FLAGS = {
  ...CONFIG_FLAGS,
  ...TARGET_FLAGS,
  ...LOAD_FLAGS,
  ...PLAN_FLAGS,
  ...SLA_FLAGS,
  ...REQUEST_FLAGS,
  ...DATASET_FLAGS,
  ...IMAGE_FLAGS,
  ...CONVERSATION_FLAGS,
  ...REPLAY_FLAGS,
  ...TELEMETRY_FLAGS,
  ...OUTPUT_FLAGS,
  ...IGNORED_FLAGS,
};
