import { Mistakes } from "../config/mistakes.ts";
import { type EndpointOf, type KeyHeaderOf, type ResolvedRun, resolveRun } from "../config/resolve-run.ts";
import { collectFlags } from "./flags.ts";
import { RUN_FLAGS } from "./run-flags.ts";

/**
 * The arguments of `plumb run` as a run that can be started.
 * @throws UserError (exit code 2) with every mistake of the command line, one a line
 */
export function readRunCommand(
  rawArgs: string[],
  env: Record<string, string | undefined>,
  endpointOf: EndpointOf,
  keyHeaderOf?: KeyHeaderOf,
): ResolvedRun {
  const mistakes = new Mistakes();
  const { values, given, warnings } = collectFlags(rawArgs, RUN_FLAGS, { positionals: 0 }, mistakes);
  const run = resolveRun({ options: values, given, env, endpointOf, keyHeaderOf }, mistakes);
  return { ...run, warnings: [...warnings, ...run.warnings] };
}

/** What --plugins names, read ahead of the rest: the other flags are checked against what is found there. */
export function namedPlugins(rawArgs: string[]): string[] {
  return collectFlags(rawArgs, RUN_FLAGS, { positionals: 0 }, new Mistakes()).values.plugins;
}
