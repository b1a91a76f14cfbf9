import { Mistakes } from "../config/mistakes.ts";
import {
  type EndpointOf,
  type IsTimed,
  type KeyHeaderOf,
  type ResolvedRun,
  resolveRun,
} from "../config/resolve-run.ts";
import type { Language } from "../report/language.ts";
import { configText } from "./config-text.ts";
import { collectOptions } from "./file-options.ts";
import type { FlagValues } from "./flag.ts";
import type { FlagReading } from "./flags.ts";
import { RUN_FLAGS } from "./run-flags.ts";

export interface RunCommand extends ResolvedRun {
  /** No report.html is wanted; absent: it is. */
  html?: false;
  /** Of the table; absent: the locale's. */
  lang?: Language;
  /** What --print-config prints; absent: a run is wanted. */
  printed?: string;
}

/**
 * The arguments of `plumb run` as a run that can be started.
 * @throws UserError (exit code 2) with every mistake of the command line, one a line
 */
export function readRunCommand(
  rawArgs: string[],
  env: Record<string, string | undefined>,
  endpointOf: EndpointOf,
  keyHeaderOf?: KeyHeaderOf,
  isTimed?: IsTimed,
): RunCommand {
  const mistakes = new Mistakes();
  const reading = collectOptions(rawArgs, RUN_FLAGS, mistakes);
  const { values, given } = reading;
  const run = resolveRun({ options: values, given, env, endpointOf, keyHeaderOf, isTimed }, mistakes);
  return commandOf(run, RUN_FLAGS, reading);
}

/** A run with what its command line wants of it besides. */
export function commandOf<Table extends typeof RUN_FLAGS>(
  run: ResolvedRun,
  table: Table,
  reading: FlagReading<Table>,
): RunCommand {
  const { html, lang, printConfig } = reading.values as FlagValues<typeof RUN_FLAGS>;
  return {
    ...run,
    warnings: [...reading.warnings, ...run.warnings],
    ...(!html && { html: false }),
    ...(lang !== undefined && { lang }),
    ...(printConfig && { printed: configText(table, reading) }),
  };
}

/** What --plugins names, read ahead of the rest: the other flags are checked against what is found there. */
export function namedPlugins(rawArgs: string[]): string[] {
  return collectOptions(rawArgs, RUN_FLAGS, new Mistakes()).values.plugins;
}
