import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLAIN_DATA } from "../config/dataset.ts";
import type { LevelConfig, RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import type { DatasetPlugin } from "../contract/dataset.ts";
import type { Calibration } from "../contract/summary.ts";
import { rateOf } from "../load/shape.ts";
import { summarise } from "../metrics/summary.ts";
import { openRun, type RunReader } from "../record/reader.ts";
import { SILENT } from "../run/observer.ts";
import { Interrupted, type Interruption, run } from "../run/run.ts";
import { compare, type RecordedTimes } from "./comparison.ts";
import { type KnownTiming, MockProcess } from "./mock-process.ts";

/** What a usual service does; the faster its tokens, the more a client has to do. */
const TTFT_MS = 200;
const ITL_MS = 20;
/** Tokens of a reply where a run asks for more: its error is in the first tokens and in their number a second. */
const MOST_TOKENS = 64;
/** What one level may take, in seconds, and all together. */
const LEVEL_S = 6;
const ALL_S = 12;

const PROMPT = "Say in a few words how a mason finds out whether a wall stands upright, and what the tool is called.";

/** Each input bears its number, by which both sides name the request: arrival k of a run is input k. */
const NUMBERED: DatasetPlugin = {
  name: "calibration",
  *buildMessages() {
    for (let k = 0; ; k++) {
      yield { kind: "messages", messages: [{ role: "user", content: PROMPT }], headers: { "x-request-id": String(k) } };
    }
  },
};

/** Timing and levels for a calibration that goes before a run: the same at once, short. */
export function briefly(config: RunConfig): { timing: KnownTiming; levels: LevelConfig[] } {
  const tokens = Math.min(config.params.maxTokens ?? MOST_TOKENS, MOST_TOKENS);
  const timing = { ttftMs: TTFT_MS, itlMs: ITL_MS, tokens };
  const seconds = Math.min(LEVEL_S, ALL_S / config.levels.length);
  const rounds = Math.max(2, Math.floor((seconds * 1000) / (TTFT_MS + ITL_MS * tokens)));
  const levels = config.levels.map((level): LevelConfig => {
    if (level.shape.kind !== "closed") return { ...level, durationS: Math.min(seconds, level.durationS ?? seconds) };
    const { parallel } = level;
    return { parallel, number: (parallel ?? 1) * rounds, durationS: null, shape: { kind: "closed", rampS: 0 } };
  });
  return { timing, levels };
}

/**
 * Sends the levels to the embedded server in another process, over the run's own transport and engines, and holds what
 * was recorded against what the server knows.
 * @throws UserError (exit 1) where a level could not be sent
 */
export async function calibrate(
  config: RunConfig,
  { timing, levels }: { timing: KnownTiming; levels: LevelConfig[] },
  interruption: Interruption,
): Promise<Calibration[]> {
  const found: Calibration[] = [];
  for (const level of levels) found.push(await calibrateLevel(config, timing, level, interruption));
  return found;
}

async function calibrateLevel(
  config: RunConfig,
  timing: KnownTiming,
  level: LevelConfig,
  interruption: Interruption,
): Promise<Calibration> {
  const folder = mkdtempSync(join(tmpdir(), "plumb-calibration-"));
  try {
    // A server for each level: what one left behind is no part of the next.
    const mock = await MockProcess.start(timing);
    try {
      const request = {
        config: calibrationConfig(config, mock.url, timing, level, folder),
        secrets: { headers: {}, urlCredentials: null, proxyCredentials: null },
        modelGiven: true,
        own: { dataset: NUMBERED },
      };
      const { folder: made, end, reason } = await run(request, SILENT, interruption);
      if (end === "interrupted") throw new Interrupted();
      if (end !== "done") throw new UserError(`the calibration ended early: ${reason ?? end}`, 1);
      using reader = openRun(made.database);
      const { ttft, tpot, latency, compared } = compare(recordedTimes(reader), await mock.truths());
      const { client, requests } = summarise(reader);
      return {
        parallel: level.parallel,
        rate: rateOf(level.shape),
        requests: requests.offered,
        compared,
        server: { ttft_ms: timing.ttftMs, itl_ms: timing.itlMs, tokens: timing.tokens },
        ttft_error_ms: ttft,
        tpot_error_ms: tpot,
        latency_error_ms: latency,
        verdict: client.verdict,
        estimated_ttft_error_ms: client.ttft_error_ms,
      };
    } finally {
      await mock.end();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The run's own way of sending, and of recording, at another address. */
function calibrationConfig(
  config: RunConfig,
  mockUrl: string,
  { tokens }: KnownTiming,
  level: LevelConfig,
  outputsDir: string,
): RunConfig {
  const { apiFile: _api, datasetFile: _dataset, targets: _targets, ...rest } = config;
  const url = `${mockUrl}/chat/completions`;
  return {
    ...rest,
    url,
    api: "openai",
    dataset: NUMBERED.name,
    data: PLAIN_DATA,
    params: {
      model: "mock",
      stream: true,
      url,
      maxTokens: tokens,
      ignoreEos: true,
      applyChatTemplate: true,
      minPromptLength: 0,
      maxPromptLength: Number.MAX_SAFE_INTEGER,
      extraArgs: {},
      apiArgs: {},
      datasetArgs: {},
      given: [],
    },
    levels: [level],
    warmup: { num: 0, durationS: null },
    drainS: null,
    around: { pauseS: 0, before: [], profile: false },
    cancel: null,
    headers: {},
    connection: { ...config.connection, caFile: null, insecure: false, proxy: null, unix: null },
    stopAt: { errors: null, errorRate: null },
    waitReadyS: 0,
    testConnection: false,
    outputsDir,
    name: "calibration",
    noTimestamp: true,
    maxTokensTo: null,
    calibrate: false,
    debug: false,
  };
}

function recordedTimes(reader: RunReader): Map<string, RecordedTimes> {
  const { rows } = reader.query(
    `SELECT id, first_chunk_latency * 1000, time_per_output_token * 1000, latency * 1000
     FROM outcome WHERE phase = 'measure' AND success = 1 ORDER BY id`,
  );
  const times = new Map<string, RecordedTimes>();
  for (const [id, ttftMs, tpotMs, latencyMs] of rows) {
    times.set(String(id), { ttftMs: asNumber(ttftMs), tpotMs: asNumber(tpotMs), latencyMs: asNumber(latencyMs) });
  }
  return times;
}

function asNumber(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
