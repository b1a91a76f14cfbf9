import { Mistakes } from "../config/mistakes.ts";
import { resolveRun } from "../config/resolve-run.ts";
import { UserError } from "../config/user-error.ts";
import type { BenchmarkConfig, BenchmarkResult } from "../contract/script.ts";
import { endpointIn, keyHeaderIn, selectPlugins, timedIn } from "../registry/select.ts";
import { saveHtml } from "../report/html/save-html.ts";
import { saveSummary } from "../report/save-summary.ts";
import { Interrupted, type Interruption, type RunRequest, run } from "../run/run.ts";
import { BenchmarkError } from "./benchmark-error.ts";
import { hearCtrlC, wasInterrupted } from "./ctrl-c.ts";
import { pluginsFor } from "./plugins.ts";
import { inScriptsWords, readConfig } from "./read-config.ts";
import { Watch } from "./watch.ts";

/** As the contract says. */
export function runBenchmark(config: BenchmarkConfig): Promise<BenchmarkResult> {
  const place: { stack?: string } = {};
  // Taken now: after the first await the script is no longer on the stack.
  Error.captureStackTrace(place, runBenchmark);
  return benchmark(config).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new BenchmarkError(inScriptsWords(error.message), place, { cause: error.cause });
  });
}

async function benchmark(config: BenchmarkConfig): Promise<BenchmarkResult> {
  if (typeof config !== "object" || config === null) throw new UserError("runBenchmark takes an object of options", 2);
  const watch = new Watch(config);
  const request = await readRequest(config, watch);
  if (wasInterrupted()) throw new UserError("no run is begun any more: the one before was interrupted", 1);
  using ctrlC = hearCtrlC();
  const interruption = interruptionBy(config, watch, ctrlC);
  try {
    interruption.stop.throwIfAborted();
    const { folder, singleFile, end, reason } = await run(request, watch, interruption);
    watch.end();
    if (!singleFile) watch.notice(`copy ${folder.database} together with its -wal file, which could not be folded in`);
    watch.failure.throwIfAborted();
    const summary = saveSummary(folder.database, (line) => watch.notice(line));
    await saveHtml(folder.database, summary, (line) => watch.notice(line));
    return { summary, folder: folder.path, database: folder.database, end, reason };
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw ctrlC.stop.aborted ? new UserError("interrupted before anything was sent", 1) : interruption.stop.reason;
  } finally {
    watch.end();
  }
}

/** @throws UserError with every mistake, one a line */
async function readRequest(config: BenchmarkConfig, watch: Watch): Promise<RunRequest> {
  const mistakes = new Mistakes();
  const { options, given, own } = readConfig(config, mistakes);
  const notice = (line: string) => watch.notice(line);
  const registries = await mistakes.attemptAsync(() => pluginsFor(options.plugins, own, notice));
  if (registries === undefined) throw mistakes.asError();
  const { warnings, ...resolved } = resolveRun(
    {
      ...{ options, given, env: process.env },
      endpointOf: endpointIn(registries),
      keyHeaderOf: keyHeaderIn(registries),
      isTimed: timedIn(registries),
    },
    mistakes,
  );
  for (const warning of warnings) notice(inScriptsWords(warning));
  const names = { apiArgs: "apiArgs", datasetArgs: "datasetArgs" };
  return { ...resolved, config: await selectPlugins(resolved.config, registries, names), own };
}

/** What any of them wants. A callback of the script's that throws ends its run at once. */
function interruptionBy({ signal, giveUp }: BenchmarkConfig, watch: Watch, ctrlC: Interruption): Interruption {
  const given = [giveUp, watch.failure].filter((one) => one !== undefined);
  return {
    stop: AbortSignal.any([...(signal === undefined ? [] : [signal]), ...given, ctrlC.stop]),
    abort: AbortSignal.any([...given, ctrlC.abort]),
  };
}
