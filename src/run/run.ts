import os from "node:os";
import type { RunConfig, Secrets } from "../config/run-config.ts";
import { runName } from "../config/run-name.ts";
import type { ApiPlugin } from "../contract/api.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import type { Calibration } from "../contract/summary.ts";
import { enginesFor, slotsAtMost } from "../load/stages.ts";
import type { RunRow } from "../record/rows.ts";
import { RunWriter } from "../record/writer.ts";
import { apiOf } from "../registry/registries.ts";
import { loadTokenizer } from "../tokens/counter.ts";
import { Conductor, type RunEnding } from "./conductor.ts";
import { checkDescriptors } from "./descriptors.ts";
import { diskNotice, estimatedBytes } from "./disk.ts";
import type { EngineLink } from "./engine-link.ts";
import { EngineProcess } from "./engine-process.ts";
import { Engines } from "./engines.ts";
import { makeRunFolder, type RunFolder } from "./folder.ts";
import { inputsOf, lengthNotice, primed } from "./inputs.ts";
import { thisMachine, versions } from "./machine.ts";
import type { RunObserver } from "./observer.ts";
import { planOf } from "./plan.ts";
import { portNotice } from "./ports.ts";
import { findModel, type Probe, testConnection } from "./preflight.ts";
import { measurePrompts } from "./prompt-measure.ts";
import { endingSaturated } from "./saturation-watch.ts";
import { startTelemetry, type Telemetry } from "./telemetry.ts";
import { type TokenCounting, tokenCounting } from "./token-counting.ts";
import { withTraceRead } from "./traced-levels.ts";

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
  /** Finds plumb's own error at this load; called when the service has answered and nothing has been sent yet. */
  calibrate?: (interruption: Interruption) => Promise<Calibration[]>;
}

/**
 * The main job: asks the server whether it is there, sends the load, records it. Numbers are not made here; they are
 * read from the database afterwards.
 * @throws UserError where nothing could be sent; once sending has begun every end is a result
 */
export async function run(asked: RunRequest, observer: RunObserver, interruption: Interruption): Promise<RunResult> {
  const request = { ...asked, config: await withTraceRead(asked.config, asked.own?.dataset) };
  const runId = Math.random().toString(36).slice(2, 10);
  const api = request.own?.api ?? (await apiOf(request.config));
  const engines = await Engines.start(await enginesOf(request));
  let counting: TokenCounting | null = null;
  let telemetry: Telemetry | null = null;
  try {
    const ready = await prepare(request, runId, engines, observer, interruption);
    const { conversations } = ready;
    const notice = (line: string) => observer.notice(line);
    counting = tokenCounting(ready, request.secrets);
    const stream = await inputsOf({
      ...{ config: ready, own: request.own?.dataset, counting, runId },
      measure: () => measurePrompts({ config: ready, counting: counting!, probe: probeOf(api, engines), notice }),
    });
    // Where it cannot be read, or the service does not count, nothing has been sent yet.
    if (counting.named) await counting.counter.surrounding();
    const [first, source] = await primed(stream);
    const multiTurn = first?.kind === "conversation";
    const config = { ...ready, conversations: { ...conversations, multiTurn } };
    const calibration = (await request.calibrate?.(interruption)) ?? null;
    const folder = makeRunFolder(config);
    const warnings = [
      lengthNotice(config, counting),
      portNotice(config, engines.all.length),
      diskNotice(estimatedBytes(config, api, first), config, folder.path),
    ];
    for (const line of warnings) if (line !== null) observer.notice(line);
    const writer = new RunWriter(folder.database, runRow(config, calibration), { mode: config.record });
    if (writer.notice !== null) observer.notice(writer.notice);
    recordEngines(writer, engines);
    const plan = planOf(config, folder.database, (line) => observer.notice(line));
    telemetry = await startTelemetry({ config, writer, observer });
    const watched = endingSaturated(telemetry.observer, plan, (reason) => conductor.endStage(reason));
    const conductor: Conductor = new Conductor({
      config,
      api,
      runId,
      engines,
      writer,
      source,
      observer: watched,
      counting,
    });
    onAbort(interruption.stop, () => conductor.stop());
    onAbort(interruption.abort, () => conductor.abort());
    const ending = await conductor.conduct(plan);
    await telemetry.close();
    const { singleFile, problem } = writer.finish(ending.end, ending.reason, conductor.skipped);
    await stream.close().catch((error: Error) => observer.notice(error.message));
    if (problem === null) return { ...ending, folder, singleFile };
    const reason = ending.reason === null ? problem : `${ending.reason}; ${problem}`;
    return { end: "failed", reason, folder, singleFile };
  } finally {
    await telemetry?.close();
    counting?.counter.close();
    await engines.end();
  }
}

/** Who says how long made prompts are: an API whose replies are no text counts something else. */
function probeOf({ produces = "text" }: ApiPlugin, { probe }: Engines): Probe | null {
  return produces === "text" ? probe : null;
}

/** Processes, unless the API is an object of this one. @throws UserError where the system cannot bear the load */
async function enginesOf({ config, own }: RunRequest): Promise<EngineLink[]> {
  const count = own?.api === undefined ? enginesFor(config.levels, config.engines, os.availableParallelism()) : 1;
  const slots = slotsAtMost(config.levels);
  checkDescriptors(slots ?? 0, count);
  if (own?.api !== undefined) {
    // Loaded here and not at the start, for a usual run's main process has no use for it. So is the tokenizer where the
    // API counts in this thread: it would hold the engine's clock for a quarter of a second in the middle of the load.
    const counts = own.api.parseResponses !== undefined && config.params.tokenizerPath === undefined;
    const [{ LocalEngine }] = await Promise.all([import("./local-engine.ts"), counts ? loadTokenizer() : null]);
    return [new LocalEngine(own.api)];
  }
  const each = slots === null ? null : Math.ceil(slots / count);
  return Array.from({ length: count }, (_, index) => new EngineProcess(index, each));
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

function runRow(config: RunConfig, calibration: Calibration[] | null): RunRow {
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
    calibration: calibration === null ? null : JSON.stringify(calibration),
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
