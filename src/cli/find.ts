import { defineCommand } from "citty";
import { findSearch } from "../config/find-search.ts";
import { Mistakes } from "../config/mistakes.ts";
import { type EndpointOf, type IsTimed, type KeyHeaderOf, resolveRun } from "../config/resolve-run.ts";
import { collectOptions } from "./file-options.ts";
import { FIND_FLAGS } from "./find-flags.ts";
import { helpArgs } from "./flags.ts";
import { runCommandLine } from "./run.ts";
import { commandOf, type RunCommand } from "./run-arguments.ts";
import { RUN_FLAGS } from "./run-flags.ts";

const FLAGS = { ...FIND_FLAGS, ...RUN_FLAGS };

export default defineCommand({
  meta: { name: "find", description: "Find the largest load under which a service keeps its objectives" },
  args: helpArgs(FLAGS),
  run: ({ rawArgs }) => runCommandLine(rawArgs, readFindCommand),
});

/**
 * The arguments of `plumb find` as a run whose plan is a search.
 * @throws UserError (exit code 2) with every mistake of the command line, one a line
 */
function readFindCommand(
  rawArgs: string[],
  env: Record<string, string | undefined>,
  endpointOf: EndpointOf,
  keyHeaderOf?: KeyHeaderOf,
  isTimed?: IsTimed,
): RunCommand {
  const mistakes = new Mistakes();
  const reading = collectOptions(rawArgs, FLAGS, mistakes);
  const { values, given } = reading;
  const { dataset } = values;
  if (dataset !== undefined && isTimed?.(dataset)) {
    mistakes.add(`--dataset ${dataset} has times of its own: find tries loads; give another`);
  }
  const { search, options } = findSearch(values, given, mistakes);
  // The load is given now, whether the person gave it or the search begins with it.
  const run = resolveRun({ options, given: new Set([...given, search.by]), env, endpointOf, keyHeaderOf }, mistakes);
  const plan = run.config.plan && { ...run.config.plan, search };
  return commandOf({ ...run, config: { ...run.config, plan } }, FLAGS, reading);
}
