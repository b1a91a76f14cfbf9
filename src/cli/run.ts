import { defineCommand } from "citty";
import { divertConsole } from "../registry/plugin-voice.ts";
import { provenance } from "../registry/provenance.ts";
import { endpointIn, keyHeaderIn, selectPlugins } from "../registry/select.ts";
import { helpArgs } from "./flags.ts";
import { createLog } from "./log.ts";
import { findPlugins } from "./plugin-folders.ts";
import { runAndReport } from "./run-and-report.ts";
import { namedPlugins, readRunCommand } from "./run-arguments.ts";
import { RUN_FLAGS } from "./run-flags.ts";

export default defineCommand({
  meta: { name: "run", description: "Send a load to a service, record everything, say what it did" },
  args: helpArgs(RUN_FLAGS),
  run: ({ rawArgs }) => runCommandLine(rawArgs),
});

/** Returns the exit code. @throws UserError where the command is wrong or nothing could be sent */
export async function runCommandLine(rawArgs: string[]): Promise<number> {
  divertConsole();
  const registries = await findPlugins(namedPlugins(rawArgs));
  const { warnings, ...request } = readRunCommand(
    rawArgs,
    process.env,
    endpointIn(registries),
    keyHeaderIn(registries),
  );
  // What is wrong with a plugin or its arguments is a mistake in the command: found before a process is started.
  const config = await selectPlugins(request.config, registries);
  const log = createLog(config.debug);
  for (const warning of warnings) log.warn(warning);
  const loaded = provenance(registries);
  if (loaded !== null) log.info(loaded);
  return runAndReport({ ...request, config });
}
