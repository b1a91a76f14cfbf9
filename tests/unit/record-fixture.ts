import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PLAIN_DATA } from "../../src/config/dataset.ts";
import type { RunConfig } from "../../src/config/run-config.ts";
import type { Ending, Outcome, Payload, RecordedRequest } from "../../src/record/outcome.ts";
import type { LevelRow, RunRow, SampleRow, ServerSampleRow } from "../../src/record/rows.ts";
import { RunWriter } from "../../src/record/writer.ts";
import { closedLevel } from "./load-fixture.ts";

/** When the made runs begin, Unix seconds. */
export const START = 1_760_000_000;

/** A folder that is gone at the end of the block that declared it with `using`. */
export function temporaryFolder(): Disposable & { path: string; file: string } {
  const path = mkdtempSync(join(tmpdir(), "plumb-test-"));
  return {
    path,
    file: join(path, "benchmark_data.db"),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

export const CONFIG: RunConfig = {
  url: "http://127.0.0.1:8000/v1/chat/completions",
  api: "openai",
  dataset: "openqa",
  data: PLAIN_DATA,
  params: {
    model: "test-model",
    stream: true,
    url: "http://127.0.0.1:8000/v1/chat/completions",
    applyChatTemplate: true,
    minPromptLength: 0,
    maxPromptLength: 131072,
    extraArgs: {},
    apiArgs: {},
    datasetArgs: {},
    given: [],
  },
  levels: [closedLevel(4, 40)],
  warmup: { num: 0, durationS: null },
  drainS: null,
  around: { pauseS: 0, before: [], profile: false },
  cancel: null,
  conversations: { multiTurn: false, minTurns: null, maxTurns: null, users: null, keepReasoning: false },
  marks: { sessionHeader: null, requestIds: null, traceparent: false },
  headers: {},
  timeouts: { connectS: 30, readS: 120, totalS: 3600 },
  connection: {
    transport: "fetch",
    use: "pooled",
    caFile: null,
    insecure: false,
    proxy: null,
    unix: null,
    maxResponseBytes: 32_000_000,
  },
  stopAt: { errors: null, errorRate: null },
  waitReadyS: 0,
  testConnection: false,
  engines: null,
  record: "full",
  outputsDir: "outputs",
  name: "test-model",
  noTimestamp: false,
  maxTokensTo: null,
  seed: 1,
  strict: false,
  calibrate: false,
  dryRun: false,
  json: false,
  debug: false,
};

export function runRow(change: Partial<RunRow> = {}): RunRow {
  return {
    startTime: START,
    endTime: null,
    end: "running",
    endReason: null,
    config: JSON.stringify(CONFIG),
    versions: { plumb: "0.1.0", bun: "1.4.5" },
    machine: { os: "linux", cpu: "any", cores: 4, memoryMb: 8000, hostname: "here" },
    seed: 1,
    skipped: 0,
    calibration: null,
    ...change,
  };
}

export function levelRow(change: Partial<LevelRow> = {}): LevelRow {
  return {
    level: 0,
    repeat: 0,
    parallel: 4,
    rate: null,
    number: 40,
    durationS: null,
    rampS: null,
    startTime: START,
    endTime: START + 100,
    ...change,
  };
}

export function sampleRow(change: Partial<SampleRow> = {}): SampleRow {
  return {
    time: START + 1,
    engine: 0,
    spanS: 1,
    cpu: 0.2,
    threadCpu: 0.15,
    coreWait: 0.01,
    loopLagMs: 1,
    stalls: "[]",
    rssMb: 80,
    inFlight: 4,
    connections: 4,
    opened: null,
    steal: null,
    load: null,
    sent: 10,
    done: 6,
    ...change,
  };
}

export interface MadeRequest extends Partial<Outcome> {
  id: number;
  /** Seconds after START. */
  at: number;
  /** Microseconds from sent. */
  times?: number[];
  tokens?: number[];
  payload?: Partial<Payload>;
}

/** A streamed success whose outcome agrees with its events; `change` says otherwise where it names a field. */
export function request({
  id,
  at,
  times = [50_000, 60_000],
  tokens,
  payload,
  ...change
}: MadeRequest): RecordedRequest {
  const eventTokens = tokens ?? times.map(() => 1);
  const sentTime = START + at;
  const latency = (times.at(-1) ?? 0) / 1e6;
  const output = times.filter((_, i) => eventTokens[i]! > 0);
  const completionTokens = eventTokens.reduce((sum, n) => sum + n, 0);
  const ending: Ending = { ok: true };
  const outcome: Outcome = {
    id,
    requestId: `r-${id}`,
    phase: "measure",
    level: 0,
    repeat: 0,
    engine: 0,
    endpoint: CONFIG.url,
    model: CONFIG.params.model,
    conversationId: null,
    turn: null,
    turns: null,
    scheduledTime: sentTime,
    releasedTime: sentTime,
    sentTime,
    writtenTime: null,
    completedTime: sentTime + latency,
    connectS: null,
    tlsS: null,
    newConnection: false,
    latency,
    firstChunkLatency: output.length === 0 ? null : output[0]! / 1e6,
    firstAnswerLatency: output.length === 0 ? null : output[0]! / 1e6,
    timePerOutputToken:
      completionTokens > eventTokens[0]! && output.length > 1
        ? (output.at(-1)! - output[0]!) / 1e6 / (completionTokens - eventTokens[0]!)
        : null,
    promptTokens: 10,
    completionTokens,
    reasoningTokens: null,
    cachedTokens: null,
    items: null,
    wireSent: null,
    wireReceived: null,
    part: null,
    askedPromptTokens: null,
    askedCompletionTokens: null,
    tokenSource: "usage",
    chunks: output.length,
    coalescedChunks: 0,
    bytes: 1000,
    isStream: true,
    stampSource: "transport",
    ending,
    status: 200,
    finishReason: "stop",
    attempts: 1,
    ...change,
  };
  const texts: Payload = {
    request: '{"messages":[]}',
    responseMessages: JSON.stringify(times.map((_, i) => ({ id: `m-${id}`, place: i }))),
    eventTimes: JSON.stringify(times),
    eventTokens: JSON.stringify(eventTokens),
    outputText: "words",
    ...payload,
  };
  return { outcome, payload: texts };
}

export interface MadeRun {
  requests: RecordedRequest[];
  levels?: LevelRow[];
  samples?: SampleRow[];
  serverSamples?: ServerSampleRow[];
  run?: Partial<RunRow>;
  skipped?: number;
}

/** Writes a whole run that has ended. */
export function recordRun(file: string, made: MadeRun): void {
  const writer = new RunWriter(file, runRow(made.run), { mode: "full" });
  writer.engine({ engine: 0, pid: 1, timeOriginMs: START * 1000, clockOffsetMs: 0.1 });
  for (const level of made.levels ?? [levelRow()]) writer.level(level);
  writer.add(made.requests);
  for (const sample of made.samples ?? []) writer.sample(sample);
  writer.serverSamples(made.serverSamples ?? []);
  writer.commit();
  writer.finish("done", null, made.skipped ?? 0);
}

/** Always the same numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A run of 4 slots with something of everything: warm-up, failures, unsent and unstreamed requests, events without
 * output, chunks of several tokens, cached prompts.
 */
export function mixedRun(number = 200, parallel = 4): MadeRun {
  const draw = random(7);
  const free = Array.from({ length: parallel }, () => 0.5);
  const requests: RecordedRequest[] = [
    request({ id: 0, at: 0, phase: "warmup", times: [400_000, 450_000], newConnection: true }),
  ];
  for (let id = 1; id <= number; id++) {
    const slot = free.indexOf(Math.min(...free));
    const due = free[slot]!;
    const at = due + 0.0001 + draw() * 0.001;
    const times: number[] = [];
    const tokens: number[] = [];
    let time = 40_000 + Math.floor(draw() * 20_000);
    for (let i = 0; i < 12; i++) {
      times.push(time);
      tokens.push(i === 5 ? 0 : 1 + (i % 3));
      time += Math.floor(draw() * 15_000);
    }
    const made = { id, at, times, tokens, scheduledTime: START + due, releasedTime: START + due };
    requests.push(request({ ...made, ...variety(id), newConnection: id <= parallel }));
    free[slot] = at + times.at(-1)! / 1e6 + 0.0002;
  }
  requests.push(request({ id: number + 1, at: 1, ...UNSENT }));
  const end = START + Math.max(...free);
  const samples = [
    sampleRow({ time: START + 0.4, cpu: 3, loopLagMs: 400 }),
    sampleRow({ time: START + 1.5, cpu: 0.3 }),
    sampleRow({ time: START + 2.5, cpu: 0.5, loopLagMs: 2 }),
    sampleRow({ time: START + 2.5, engine: 1, cpu: 0.1 }),
    sampleRow({ time: START + 2.5, engine: -1, cpu: 0.99, loopLagMs: 300 }),
  ];
  return { requests, samples, levels: [levelRow({ parallel, number, startTime: START + 0.5, endTime: end })] };
}

const UNSENT: Partial<MadeRequest> = {
  times: [],
  sentTime: null,
  releasedTime: null,
  completedTime: null,
  latency: null,
  completionTokens: null,
  promptTokens: null,
  tokenSource: "none",
  ending: { ok: false, kind: "unsent", message: "the run ended" },
};

function variety(id: number): Partial<MadeRequest> {
  if (id % 20 === 7) return { ending: { ok: false, kind: "reset", message: "connection reset" }, status: 200 };
  if (id % 50 === 9) return { ending: { ok: false, kind: "http_5xx", message: "HTTP 503" }, status: 503 };
  if (id % 30 === 11) return { isStream: false, timePerOutputToken: null };
  if (id % 4 === 0) return { cachedTokens: 4, reasoningTokens: 2 };
  return {};
}
