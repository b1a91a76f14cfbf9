import type { RunConfig } from "../../src/config/run-config.ts";
import type { Params } from "../../src/contract/params.ts";

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
    params,
    levels: [{ parallel: 1, number: 1 }],
    warmupNum: 0,
    headers: {},
    timeouts: { connectS: 30, readS: 120, totalS: 3600 },
    connection: {
      transport: "fetch",
      use: "pooled",
      caFile: null,
      insecure: false,
      proxy: null,
      unix: null,
      maxResponseBytes: 256_000_000,
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
    json: false,
    debug: false,
    ...changed,
  };
}
