import { defineCommand } from "citty";
import type { EndpointOf } from "../config/resolve-run.ts";
import { apis } from "../registry/built-in-apis.ts";
import { datasets } from "../registry/built-in-datasets.ts";
import { helpArgs } from "./flags.ts";
import { createLog } from "./log.ts";
import { runAndReport } from "./run-and-report.ts";
import { readRunCommand } from "./run-arguments.ts";
import { RUN_FLAGS } from "./run-flags.ts";

export default defineCommand({
  meta: { name: "run", description: "Send a load to a service, record everything, say what it did" },
  args: helpArgs(RUN_FLAGS),
  run: ({ rawArgs }) => runCommandLine(rawArgs),
});

/** Returns the exit code. @throws UserError where the command is wrong or nothing could be sent */
export async function runCommandLine(rawArgs: string[]): Promise<number> {
  const { warnings, ...request } = readRunCommand(rawArgs, process.env, endpointOf);
  // A name that no dataset has is a mistake in the command: found before a process is started.
  (await datasets()).get(request.config.dataset);
  const log = createLog(request.config.debug);
  for (const warning of warnings) log.warn(warning);
  return runAndReport(request);
}

const endpointOf: EndpointOf = (api, options) => {
  const { endpoint } = apis().get(api);
  return typeof endpoint === "function" ? endpoint(options) : (endpoint ?? "");
};
