import { writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import type { RunConfig, Secrets } from "../config/run-config.ts";
import { runName } from "../config/run-name.ts";
import { UserError } from "../config/user-error.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import { Feeder } from "../dataset/feeder.ts";
import { FileSource } from "../dataset/source.ts";
import { enginesFor, stagesOf } from "../load/stages.ts";
import type { RunRow } from "../record/rows.ts";
import { RunWriter } from "../record/writer.ts";
import { apiOf, datasetOf } from "../registry/registries.ts";
import { loadTokenizer } from "../tokens/counter.ts";
import { Conductor, type RunEnding } from "./conductor.ts";
import type { EngineLink } from "./engine-link.ts";
import { EngineProcess } from "./engine-process.ts";
import { Engines } from "./engines.ts";
import type { InputSource } from "./feed.ts";
import { makeRunFolder, type RunFolder } from "./folder.ts";
import { thisMachine, versions } from "./machine.ts";
import type { RunObserver } from "./observer.ts";
import { findModel, testConnection } from "./preflight.ts";

/** Ctrl-C in two steps: `stop` lets what is in flight finish, `abort` does not. */
export interface Interruption {
  stop: AbortSignal;
  abort: AbortSignal;
}

export interface RunResult extends RunEnding {
  folder: RunFolder;
  /** false: the database is to be copied together with its -wal file. */
  singleFile: boolean;
}

export interface RunRequest {
  config: RunConfig;
  secrets: Secrets;
  /** false: `params.model` is still empty and the server is asked. */
  modelGiven: boolean;
  /** A script's own plugins, in place of those that the names select. */
  own?: { api?: ApiPlugin; dataset?: DatasetPlugin };
}

/**
 * The main job: asks the server whether it is there, sends the load, records it. Numbers are not made here; they are
 * read from the database afterwards.
 * @throws UserError where nothing could be sent; once sending has begun every end is a result
 */
export async function run(request: RunRequest, observer: RunObserver, interruption: Interruption): Promise<RunResult> {
  const runId = Math.random().toString(36).slice(2, 10);
  const api = request.own?.api ?? (await apiOf(request.config));
  const plugin = request.own?.dataset ?? (await datasetOf(request.config));
  const engines = await Engines.start(await enginesOf(request));
  try {
    const config = await prepare(request, runId, engines, observer, interruption);
    const options = { maxTokensTo: config.maxTokensTo, seed: config.seed };
    const feeder = new Feeder(plugin, config.params, new FileSource(), options);
    // The first input is read before anything is made or sent: a bad dataset is a mistake in the command.
    const source = await primed(feeder);
    const folder = makeRunFolder(config);
    writeFileSync(join(folder.path, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
    const writer = new RunWriter(folder.database, runRow(config), { mode: config.record });
    if (writer.notice !== null) observer.notice(writer.notice);
    recordEngines(writer, engines);
    const conductor = new Conductor({ config, api, runId, engines, writer, source, observer });
    onAbort(interruption.stop, () => conductor.stop());
    onAbort(interruption.abort, () => conductor.abort());
    const ending = await conductor.conduct(stagesOf(config.levels, config.warmupNum));
    await feeder.close();
    const { singleFile } = writer.finish(ending.end, ending.reason, conductor.skipped);
    return { ...ending, folder, singleFile };
  } finally {
    await engines.end();
  }
}

/** Processes, unless the API is an object of this one. */
async function enginesOf({ config, own }: RunRequest): Promise<EngineLink[]> {
  if (own?.api !== undefined) {
    // Loaded here and not at the start, for a usual run's main process has no use for it. The tokenizer too, which
    // would hold this process, and the engine's clock with it, for a quarter of a second in the middle of the load.
    const [{ LocalEngine }] = await Promise.all([import("./local-engine.ts"), loadTokenizer()]);
    return [new LocalEngine(own.api)];
  }
  const count = enginesFor(config.levels, config.engines, os.availableParallelism());
  return Array.from({ length: count }, (_, index) => new EngineProcess(index));
}

async function prepare(
  { config, secrets, modelGiven }: RunRequest,
  runId: string,
  engines: Engines,
  observer: RunObserver,
  { stop }: Interruption,
): Promise<RunConfig> {
  let ready = config;
  const notice = (line: string) => observer.notice(line);
  await engines.configure(runId, ready, secrets);
  const interrupted = new Promise<never>((_, reject) => onAbort(stop, () => reject(new Interrupted())));
  interrupted.catch(() => {});
  if (!modelGiven) {
    const model = await Promise.race([findModel(config, engines.probe, notice), interrupted]);
    ready = { ...config, params: { ...config.params, model } };
    ready.name = config.name === "" ? runName(ready) : config.name;
    await engines.configure(runId, ready, secrets);
  }
  if (ready.testConnection) await Promise.race([testConnection(ready, engines.probe, notice), interrupted]);
  return ready;
}

/** Ctrl-C before anything was sent: there is nothing to report. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

async function primed(feeder: Feeder): Promise<InputSource> {
  let first = await feeder.take(1).catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(error.message, 2, { cause: error }) : error;
  });
  return {
    async take(count: number) {
      if (first.length === 0) return feeder.take(count);
      const inputs = first;
      first = [];
      return inputs;
    },
  };
}

function runRow(config: RunConfig): RunRow {
  return {
    startTime: Date.now() / 1000,
    endTime: null,
    end: "running",
    endReason: null,
    config: JSON.stringify(config),
    versions: versions(),
    machine: thisMachine(),
    seed: config.seed,
    skipped: 0,
  };
}

function recordEngines(writer: RunWriter, engines: Engines): void {
  for (const { index, pid, timeOriginMs, clockOffsetMs } of engines.all) {
    writer.engine({ engine: index, pid, timeOriginMs, clockOffsetMs });
  }
}

function onAbort(signal: AbortSignal, act: () => void): void {
  if (signal.aborted) act();
  else signal.addEventListener("abort", act, { once: true });
}
