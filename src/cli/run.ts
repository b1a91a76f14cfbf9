import { defineCommand } from "citty";
import { divertConsole } from "../registry/plugin-voice.ts";
import { provenance } from "../registry/provenance.ts";
import { endpointIn, keyHeaderIn, selectPlugins, timedIn } from "../registry/select.ts";
import { speaker } from "../report/language.ts";
import { dryRun } from "./dry-run.ts";
import { helpArgs } from "./flags.ts";
import { readersLanguage } from "./language-flag.ts";
import { createLog } from "./log.ts";
import { findPlugins } from "./plugin-folders.ts";
import { printResult } from "./print-result.ts";
import { runAndReport } from "./run-and-report.ts";
import { namedPlugins, readRunCommand } from "./run-arguments.ts";
import { RUN_FLAGS } from "./run-flags.ts";

export default defineCommand({
  meta: { name: "run", description: "Send a load to a service, record everything, say what it did" },
  args: helpArgs(RUN_FLAGS),
  run: ({ rawArgs }) => runCommandLine(rawArgs),
});

/** Returns the exit code. @throws UserError where the command is wrong or nothing could be sent */
export async function runCommandLine(rawArgs: string[], read: typeof readRunCommand = readRunCommand): Promise<number> {
  divertConsole();
  const registries = await findPlugins(namedPlugins(rawArgs));
  const known = [endpointIn(registries), keyHeaderIn(registries), timedIn(registries)] as const;
  const { warnings, printed, html = true, lang, ...request } = read(rawArgs, process.env, ...known);
  // What is wrong with a plugin or its arguments is a mistake in the command: found before a process is started.
  const config = await selectPlugins(request.config, registries);
  const language = readersLanguage(lang);
  const log = createLog(config.debug, { say: speaker(language) });
  for (const warning of warnings) log.warn(warning);
  const loaded = provenance(registries);
  if (loaded !== null) log.info(loaded);
  if (printed !== undefined) {
    await printResult([printed]);
    return 0;
  }
  return config.dryRun ? dryRun(config, request.secrets) : runAndReport({ ...request, config }, { html, language });
}
