import type { RequestCount } from "../config/run-options.ts";
import { UserError } from "../config/user-error.ts";
import { asChoice, asNumber, asSeconds, asText, asWhole, ignored, several, single, toggle } from "./flag-kinds.ts";
import { REQUEST_FLAGS } from "./request-flags.ts";

const asAnything = (text: string): string => text;

const TARGET_FLAGS = {
  url: single(asText, {
    help: "The service's address; without a path the API's own is added: http://host:8000",
    hint: "URL",
  }),
  model: single(asText, { help: "Model to ask for (default: the first that the service lists)", hint: "NAME" }),
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
  connectTimeout: single(asSeconds, { help: "Longest wait for a connection, in seconds", hint: "S|none", default: 30 }),
  readTimeout: single(asSeconds, { help: "Longest silence in a reply, in seconds", hint: "S|none", default: 120 }),
  totalTimeout: single(asSeconds, { help: "Longest a request may take, in seconds", hint: "S|none", default: 3600 }),
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
    default: 256,
  }),
  redact: several(asText, {
    help: "Headers whose values are secret, besides those whose names say so",
    hint: "NAME...",
    commas: true,
    default: [] as string[],
  }),
  waitReady: single(asNumber({ min: 0 }), {
    help: "Wait up to so many seconds for the service to be ready",
    hint: "S",
    default: 0,
  }),
  testConnection: toggle({
    help: "Send one small request first, which is not recorded",
    negative: "Begin at once",
    default: true,
  }),
};

const LOAD_FLAGS = {
  parallel: several(asWhole({ min: 1, max: 65_536 }), {
    help: "Requests at once; several values are run one after the other",
    hint: "N...",
    commas: true,
    default: [1],
  }),
  number: several(asRequestCount, {
    help: "Requests in all: a count, or 10x for ten times --parallel; as many values as --parallel, or one",
    hint: "N|Nx...",
    alias: "n",
    commas: true,
    default: ["10x"] as RequestCount[],
  }),
  warmupNum: single(asWarmup, {
    help: "Requests before each level's own, left out of the figures: a count, or below 1 a share of --number",
    hint: "N",
    default: 0,
  }),
  maxErrors: single(asWhole({ min: 1 }), { help: "End the run after so many failures", hint: "N" }),
  maxErrorRate: single(asShare, {
    help: "End the run when so large a share has failed, once enough has ended to tell: 0.1 or 10%",
    hint: "R",
  }),
  engines: single(asWhole({ min: 1, max: 256 }), {
    help: "Processes that send (default: decided from the load)",
    hint: "N",
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
  json: toggle({ help: "Print the summary as JSON", default: false }),
  debug: toggle({ help: "Log requests, replies and stack traces", default: false }),
};

/** Flags that commands made for another tool hold and that plumb has no use for. */
const IGNORED_FLAGS = Object.fromEntries(
  [
    ...["alias", "port", "attnImplementation", "scenario", "enablePdMetrics", "logEveryNQuery", "dbCommitInterval"],
    ...["queueSizeMultiplier", "inFlightTaskMultiplier", "numWorkers", "visualizer", "wandbApiKey", "swanlabApiKey"],
    ...["swanlabHost", "enableProgressTracker", "dataSource", "datasetOffset", "imageWidth", "imageHeight"],
    ...["imageFormat", "imageNum", "imagePatchSize", "multiTurnArgs"],
  ].map((name) => [name, ignored()]),
);

/** Every flag of `plumb run`: the reader, the help and the defaults are made from it. */
export const RUN_FLAGS = { ...TARGET_FLAGS, ...LOAD_FLAGS, ...REQUEST_FLAGS, ...OUTPUT_FLAGS, ...IGNORED_FLAGS };

function asShare(text: string): number {
  const percent = /^(.+)%$/.exec(text)?.[1];
  if (percent !== undefined) return asNumber({ min: 0, max: 100 })(percent) / 100;
  return asNumber({ min: 0, max: 1 })(text);
}

function asRequestCount(text: string): RequestCount {
  const times = /^(\d+)x$/i.exec(text)?.[1];
  if (times === undefined && !/^[+-]?\d+$/.test(text)) {
    throw new UserError(`"${text}" is neither a whole number nor a multiple such as 10x`, 2);
  }
  const value = asWhole({ min: 1 })(times ?? text);
  return times === undefined ? value : `${value}x`;
}

function asWarmup(text: string): number {
  const value = asNumber({ min: 0 })(text);
  if (value > 1 && !Number.isInteger(value)) {
    throw new UserError(`"${text}" is neither a whole number nor a share below 1`, 2);
  }
  return value;
}
