import { Mistakes } from "../config/mistakes.ts";
import type { RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import { FileSource } from "../dataset/source.ts";
import { endpointIn, keyHeaderIn, selectPlugins } from "../registry/select.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";
import { chooseTokenizer } from "../tokens/tokenizer-choice.ts";
import { WorkerCounter } from "../tokens/worker-counter.ts";
import { collectFlags } from "./flags.ts";
import { findPlugins } from "./plugin-folders.ts";
import { SENDERS } from "./plugin-trial.ts";
import { readRunCommand } from "./run-arguments.ts";
import { RUN_FLAGS } from "./run-flags.ts";

/** A dataset with the parameters that a run with the same flags would give it. */
export interface DataRequest {
  dataset: DatasetPlugin;
  config: RunConfig;
  /** How many inputs are wanted. */
  count: number;
  /** The API that sends an input: the one of --api, else the built-in one for inputs of its kind. */
  apiFor(input: Input): ApiPlugin;
  /** The tokenizer that was named; null: none was, and the embedded one counts. */
  counter: TokenCounter | null;
  source: FileSource;
}

/** Nothing is sent there. */
const NOWHERE = "http://localhost:8000";

/**
 * The arguments of `plumb data show|stats NAME`: those of `plumb run`, of which it needs neither a URL nor a model.
 * @param count inputs where `-n` is not given
 * @throws UserError (exit 2) with every mistake, one a line
 */
export async function readDataCommand(action: string, rawArgs: string[], count: number): Promise<DataRequest> {
  const [name, ...flags] = rawArgs;
  if (name === undefined || name.startsWith("-")) {
    throw new UserError(`data ${action}: name a dataset first, such as plumb data ${action} openqa`, 2);
  }
  const { values, given } = collectFlags(flags, RUN_FLAGS, { positionals: 0 }, new Mistakes());
  const registries = await findPlugins(values.plugins);
  const args = ["--url", NOWHERE, "--model", "MODEL", "--number", `${count}`, ...flags, "--dataset", name];
  const read = readRunCommand(args, {}, endpointIn(registries), keyHeaderIn(registries));
  const config = asGiven(await selectPlugins(read.config, registries), given);
  const counter = counterOf(config.params);
  return {
    dataset: registries.datasets.get(config.dataset),
    config,
    count: config.levels[0]?.number ?? count,
    counter,
    source: new FileSource(counter === null ? {} : { counter }),
    apiFor: ({ kind }) => registries.apis.get(given.has("api") ? config.api : (SENDERS[kind] ?? "openai")),
  };
}

/** What stands in for a URL and a model was given by nobody, so it must not go before those of a query template. */
function asGiven(config: RunConfig, given: Set<string>): RunConfig {
  const { params } = config;
  return { ...config, params: { ...params, given: params.given.filter((name) => given.has(name)) } };
}

/** @throws UserError (exit 2) where there is none of that name, or only a service has it */
function counterOf({ tokenizerPath }: Params): TokenCounter | null {
  if (tokenizerPath === undefined) return null;
  const choice = chooseTokenizer(tokenizerPath);
  if (choice.kind !== "server") return new WorkerCounter(choice);
  throw new UserError("--tokenizer-path server: plumb data asks no service; name a tokenizer's file", 2);
}
