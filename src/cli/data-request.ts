import { Mistakes } from "../config/mistakes.ts";
import type { RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import { endpointIn, keyHeaderIn, selectPlugins, timedIn } from "../registry/select.ts";
import { type Say, speaker } from "../report/language.ts";
import { type InputStream, inputsOf } from "../run/inputs.ts";
import { measurePrompts } from "../run/prompt-measure.ts";
import type { TokenCounting } from "../run/token-counting.ts";
import { withTraceRead } from "../run/traced-levels.ts";
import { chooseTokenizer, EMBEDDED } from "../tokens/tokenizer-choice.ts";
import { WorkerCounter } from "../tokens/worker-counter.ts";
import { collectFlags } from "./flags.ts";
import { readersLanguage } from "./language-flag.ts";
import { findPlugins } from "./plugin-folders.ts";
import { SENDERS } from "./plugin-trial.ts";
import { readRunCommand } from "./run-arguments.ts";
import { RUN_FLAGS } from "./run-flags.ts";

/** What a run with the same flags would take its inputs from. */
export interface DataRequest {
  config: RunConfig;
  /** How many inputs are wanted. */
  count: number;
  /** A run's own, up to where it begins again; a mixture has no end. Close it. */
  stream: InputStream;
  counting: TokenCounting;
  say: Say;
  /** The API that sends an input: the one of --api, else the built-in one for inputs of its kind. */
  apiFor(input: Input): ApiPlugin;
}

/** Nothing is sent there. */
const NOWHERE = ["--url", "http://localhost:8000"];
const NO_MODEL = ["--model", "MODEL"];
/** Each run has another one; with --cache-bust it begins every prompt, so this one is as long. */
const RUN_ID = "the-run.";

/**
 * The arguments of `plumb data show|stats NAME`: those of `plumb run`, of which it needs neither a URL nor a model. The
 * name may stand behind --dataset too, as in a run's command.
 * @param count inputs where `-n` is not given
 * @throws UserError (exit 2) with every mistake, one a line
 */
export async function readDataCommand(action: string, rawArgs: string[], count: number): Promise<DataRequest> {
  const named = rawArgs[0] !== undefined && !rawArgs[0].startsWith("-");
  const flags = named ? ["--dataset", ...rawArgs] : rawArgs;
  const { values, given } = collectFlags(
    named ? rawArgs.slice(1) : rawArgs,
    RUN_FLAGS,
    { positionals: 0 },
    new Mistakes(),
  );
  if (named && given.has("dataset")) throw new UserError(`data ${action}: ${rawArgs[0]} and --dataset: name one`, 2);
  if (!named && !given.has("dataset")) {
    throw new UserError(`data ${action}: name a dataset first, such as plumb data ${action} openqa`, 2);
  }
  const registries = await findPlugins(values.plugins);
  const instead = [
    ...(given.has("url") ? [] : NOWHERE),
    ...(given.has("model") ? [] : NO_MODEL),
    ...(given.has("number") ? [] : ["--number", `${count}`]),
  ];
  const known = [endpointIn(registries), keyHeaderIn(registries), timedIn(registries)] as const;
  const read = readRunCommand([...instead, ...flags], {}, ...known);
  const config = await withTraceRead(asGiven(await selectPlugins(read.config, registries), given));
  const counting = countingOf(config.params);
  return {
    config,
    count: config.levels[0]?.number ?? count,
    stream: await streamOf(config, counting),
    counting,
    say: speaker(readersLanguage(read.lang)),
    apiFor: ({ kind }) => registries.apis.get(given.has("api") ? config.api : (SENDERS[kind] ?? "openai")),
  };
}

/** What stands in for a URL and a model was given by nobody, so it must not go before those of a query template. */
function asGiven(config: RunConfig, given: Set<string>): RunConfig {
  const { params } = config;
  return { ...config, params: { ...params, given: params.given.filter((name) => given.has(name)) } };
}

/** @throws UserError (exit 2) where there is none of that name, or only a service has it */
function countingOf({ tokenizerPath }: Params): TokenCounting {
  const choice = tokenizerPath === undefined ? EMBEDDED : chooseTokenizer(tokenizerPath);
  if (choice.kind === "server") {
    throw new UserError("--tokenizer-path server: plumb data asks no service; name a tokenizer's file", 2);
  }
  const named = tokenizerPath !== undefined;
  return { counter: new WorkerCounter(choice), local: choice, named, costsService: false };
}

function streamOf(config: RunConfig, counting: TokenCounting): Promise<InputStream> {
  // The words of made texts are others in each run: here they are those of --no-cache-bust.
  const cacheBust = config.data.cacheBust === "made" ? "none" : config.data.cacheBust;
  return inputsOf({
    config: { ...config, data: { ...config.data, cacheBust } },
    counting,
    measure: () => measurePrompts({ config, counting, probe: null, notice: () => {} }),
    runId: RUN_ID,
    once: true,
  });
}
