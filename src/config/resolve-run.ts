import type { Params } from "../contract/params.ts";
import { findApiKey } from "./api-key.ts";
import { checkOptions } from "./check-options.ts";
import { findConnection } from "./connection.ts";
import { findConversations, findMarks } from "./conversation.ts";
import { credentialScope } from "./credential-scope.ts";
import { findData, findTokenizer } from "./dataset.ts";
import { withEnvFile } from "./env-file.ts";
import { findPlan } from "./find-plan.ts";
import { type Headers, sortHeaders } from "./headers.ts";
import { findLengths, fixedInput } from "./lengths.ts";
import { findLoad } from "./load.ts";
import type { Mistakes } from "./mistakes.ts";
import { findReplay, refuseOtherTimes, replayed } from "./replay.ts";
import type { RequestTarget } from "./request-target.ts";
import type { RunConfig, Secrets } from "./run-config.ts";
import { runName } from "./run-name.ts";
import type { RunOptions } from "./run-options.ts";
import { findChoice, findRequestTargets } from "./targets.ts";
import { findTelemetry } from "./telemetry.ts";

/** Seed of plumb's own draws where nobody gave one: the same command is the same load. */
const DEFAULT_SEED = 0;
const DEFAULT_DATASET = "openqa";

/** The tail that an API's URLs end in, or with a leading slash their whole path. May throw a UserError for an API that nobody knows. */
export type EndpointOf = (api: string, options: { applyChatTemplate: boolean }) => string;

/** Which header an API takes the key in; undefined: as a bearer token, as nearly all do. May throw as EndpointOf does. */
export type KeyHeaderOf = (api: string) => { name: string; prefix?: string } | undefined;

/** Whether a dataset's inputs say themselves when they are due. Nothing where nobody knows the dataset. */
export type IsTimed = (dataset: string) => boolean;

interface RunSource {
  options: RunOptions;
  /** Names of the options that were given, those with a mistake too. */
  given: ReadonlySet<string>;
  env: Record<string, string | undefined>;
  endpointOf: EndpointOf;
  keyHeaderOf?: KeyHeaderOf;
  isTimed?: IsTimed;
}

export interface ResolvedRun {
  /**
   * Where `modelGiven` is false, `params.model` and (without --name) `name` are still empty: the caller asks the server
   * for a model, then sets `params.model` and `name = runName(config)` before anything else reads them.
   */
  config: RunConfig;
  secrets: Secrets;
  /** One line each. */
  warnings: string[];
  modelGiven: boolean;
}

/**
 * Works a run out of its options.
 * @param mistakes those already found, for they are reported together with the ones found here
 * @throws UserError with every mistake, one a line
 */
export function resolveRun(source: RunSource, mistakes: Mistakes): ResolvedRun {
  const target = findTarget(source, mistakes);
  const replay = findReplay(source.options, source.given, mistakes);
  const options = replay === null ? source.options : replayed(source.options, replay);
  const dataset = options.dataset ?? (options.prompt === undefined ? DEFAULT_DATASET : "prompt");
  const timed = replay !== null || (source.isTimed?.(dataset) ?? false);
  if (timed) refuseOtherTimes(options, source.given, mistakes);
  const load = findLoad({ ...source, timed }, target?.url, mistakes);
  const headers = sortHeaders(options.headers, options.redact, mistakes);
  const connection = findConnection(source, mistakes);
  const conversations = findConversations(options, mistakes);
  const marks = findMarks(options, mistakes);
  const key = findKey(source, mistakes);
  const keyHeader = mistakes.attempt(() => source.keyHeaderOf?.(options.api));
  const plan = findPlan(options, source.given, load?.levels ?? [], mistakes);
  const tokenizerPath = mistakes.attempt(() => findTokenizer(options.tokenizerPath));
  const data = findData(options, target?.applyChatTemplate, mistakes);
  const lengths = findLengths(options, mistakes);
  const telemetry = findTelemetry(options, target?.url, mistakes);
  const { model, targets } = findChoice(options, target?.urls ?? [], mistakes);
  checkOptions(source, mistakes);
  if (mistakes.any || target === undefined || load === undefined || connection === undefined) throw mistakes.asError();

  const params = buildParams({ ...source, options }, target, { model, tokenizerPath, lengths });
  const { urlCredentials } = target;
  const secret = secretHeaders(headers, key, keyHeader);
  const names = Object.keys({ ...secret, ...(urlCredentials !== null && { authorization: "" }) });
  const config: RunConfig = {
    ...optionsAsTheyAre(options),
    url: target.url,
    ...(targets !== undefined && { targets }),
    dataset,
    params,
    data,
    ...load,
    plan,
    ...(telemetry !== undefined && { telemetry }),
    conversations,
    marks,
    headers: headers.open,
    connection: { ...connection.config, credentials: credentialScope(target.urls, names) },
  };
  return {
    config: { ...config, name: options.name !== undefined || params.model !== "" ? runName(config) : "" },
    secrets: { headers: secret, urlCredentials, proxyCredentials: connection.proxyCredentials },
    warnings: [...target.warnings, ...connection.warnings],
    modelGiven: params.model !== "",
  };
}

function findTarget(
  { options, given, endpointOf }: RunSource,
  mistakes: Mistakes,
): ReturnType<typeof findRequestTargets> {
  const { url, api, applyChatTemplate } = options;
  // The tail depends on the template and, where nobody speaks of it, the template on the path: messages are the rule.
  const tail = mistakes.attempt(() => endpointOf(api, { applyChatTemplate: applyChatTemplate ?? true })) ?? "";
  if (url !== undefined) return findRequestTargets(url, tail, applyChatTemplate, mistakes);
  if (!given.has("url")) mistakes.add("--url is missing: give the service's address, such as http://localhost:8000");
  return undefined;
}

function findKey({ options, env }: RunSource, mistakes: Mistakes): string | null {
  const variables = mistakes.attempt(() => withEnvFile(env, options.envFile), "--env-file") ?? {};
  return mistakes.attempt(() => findApiKey({ ...options, env: variables })) ?? null;
}

function secretHeaders(
  headers: Headers,
  key: string | null,
  { name, prefix = "" }: NonNullable<ReturnType<KeyHeaderOf>> = { name: "authorization", prefix: "Bearer " },
): Record<string, string> {
  // A header that was written out goes before one that is made from the key.
  return key === null ? headers.secret : { [name.toLowerCase()]: prefix + key, ...headers.secret };
}

function buildParams(
  { options, given }: RunSource,
  target: RequestTarget,
  { model, tokenizerPath, lengths }: Pick<Params, "model" | "tokenizerPath" | "lengths">,
): Params {
  const params: Omit<Params, "given"> = {
    model,
    stream: options.stream,
    url: target.url,
    maxTokens: options.maxTokens[0],
    minTokens: options.minTokens,
    temperature: options.temperature,
    topP: options.topP,
    topK: options.topK,
    frequencyPenalty: options.frequencyPenalty,
    repetitionPenalty: options.repetitionPenalty,
    logprobs: options.logprobs,
    nChoices: options.nChoices,
    stop: options.stop,
    stopTokenIds: options.stopTokenIds,
    seed: options.seed,
    ignoreEos: options.ignoreEos,
    applyChatTemplate: target.applyChatTemplate,
    prompt: options.prompt,
    datasetPath: options.datasetPath,
    tokenizerPath,
    minPromptLength: options.minPromptLength,
    maxPromptLength: options.maxPromptLength,
    inputLen: fixedInput(lengths),
    lengths,
    prefixLength: options.prefixLength,
    prefixCount: options.prefixCount,
    prefixHitRate: options.prefixHitRate,
    minTurns: options.minTurns,
    maxTurns: options.maxTurns,
    imageWidth: options.imageWidth,
    imageHeight: options.imageHeight,
    imageFormat: options.imageFormat,
    imageNum: options.imageNum,
    imagePatchSize: options.imagePatchSize,
    queryTemplate: options.queryTemplate,
    extraArgs: { ...options.extraArgs },
    apiArgs: { ...options.apiArgs },
    datasetArgs: { ...options.datasetArgs },
  };
  const present = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
  return { ...(present as typeof params), given: [...given].filter((name) => name in params) };
}

/** What of a configuration is one option each, whatever the others are. */
function optionsAsTheyAre(options: RunOptions) {
  return {
    api: options.api,
    timeouts: { connectS: options.connectTimeout, readS: options.readTimeout, totalS: options.totalTimeout },
    stopAt: { errors: options.maxErrors ?? null, errorRate: options.maxErrorRate ?? null },
    waitReadyS: options.waitReady,
    testConnection: options.testConnection,
    engines: options.engines ?? null,
    record: options.record,
    outputsDir: options.outputsDir,
    name: options.name ?? "",
    noTimestamp: !options.timestamp,
    maxTokensTo: options.maxTokens[1] ?? null,
    seed: options.seed ?? DEFAULT_SEED,
    strict: options.strict,
    calibrate: options.calibrate,
    dryRun: options.dryRun,
    json: options.json,
    debug: options.debug,
  } satisfies Partial<RunConfig>;
}
