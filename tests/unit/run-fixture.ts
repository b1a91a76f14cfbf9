import { PLAIN_DATA } from "../../src/config/dataset.ts";
import type { RunConfig } from "../../src/config/run-config.ts";
import type { Params } from "../../src/contract/params.ts";
import type { TokenCounting } from "../../src/run/token-counting.ts";
import { EMBEDDED } from "../../src/tokens/tokenizer-choice.ts";
import { WorkerCounter } from "../../src/tokens/worker-counter.ts";
import { closedLevel } from "./load-fixture.ts";

/** Counts as a run does where nobody names a tokenizer. */
export const COUNTING: TokenCounting = {
  counter: new WorkerCounter(EMBEDDED),
  local: EMBEDDED,
  named: false,
  costsService: false,
};

export function paramsOf(changed: Partial<Params> = {}): Params {
  return {
    model: "m",
    stream: true,
    url: "http://127.0.0.1:8000/v1/chat/completions",
    applyChatTemplate: true,
    minPromptLength: 0,
    maxPromptLength: 131_072,
    extraArgs: {},
    apiArgs: {},
    datasetArgs: {},
    given: [],
    ...changed,
  };
}

export function configOf(changed: Partial<RunConfig> = {}): RunConfig {
  const params = changed.params ?? paramsOf();
  return {
    url: params.url,
    api: "openai",
    dataset: "openqa",
    data: PLAIN_DATA,
    params,
    levels: [closedLevel(1, 1)],
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
    testConnection: true,
    engines: null,
    record: "full",
    outputsDir: "outputs",
    name: "m",
    noTimestamp: false,
    maxTokensTo: null,
    seed: 0,
    strict: false,
    calibrate: false,
    dryRun: false,
    json: false,
    debug: false,
    ...changed,
  };
}
