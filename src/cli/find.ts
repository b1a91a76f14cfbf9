import { defineCommand } from "citty";
import { findSearch } from "../config/find-search.ts";
import { Mistakes } from "../config/mistakes.ts";
import { type EndpointOf, type KeyHeaderOf, resolveRun } from "../config/resolve-run.ts";
import { configText } from "./config-text.ts";
import { collectOptions } from "./file-options.ts";
import { FIND_FLAGS } from "./find-flags.ts";
import { helpArgs } from "./flags.ts";
import { runCommandLine } from "./run.ts";
import type { RunCommand } from "./run-arguments.ts";
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
): RunCommand {
  const mistakes = new Mistakes();
  const reading = collectOptions(rawArgs, FLAGS, mistakes);
  const { values, given, warnings } = reading;
  const { search, options } = findSearch(values, given, mistakes);
  // The load is given now, whether the person gave it or the search begins with it.
  const run = resolveRun({ options, given: new Set([...given, search.by]), env, endpointOf, keyHeaderOf }, mistakes);
  const plan = run.config.plan && { ...run.config.plan, search };
  const command: RunCommand = { ...run, config: { ...run.config, plan }, warnings: [...warnings, ...run.warnings] };
  return values.printConfig ? { ...command, printed: configText(FLAGS, reading) } : command;
}
