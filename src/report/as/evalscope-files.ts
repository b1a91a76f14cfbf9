import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunConfig } from "../../config/run-config.ts";
import type { RecordedLevel } from "../../record/level-record.ts";
import type { RunReader } from "../../record/reader.ts";
import { evalscopeRequests } from "./evalscope.ts";
import { writeEvalscopeDatabase } from "./evalscope-database.ts";
import { evalscopePercentiles } from "./evalscope-percentiles.ts";
import type { EvalscopeFigures, EvalscopeTotals } from "./evalscope-totals.ts";
import { pythonRound } from "./python-number.ts";

/**
 * Writes a level's folder as evalscope perf would: `parallel_P_number_N` in `folder`, with the arguments, the summary,
 * the percentiles and the database. Files of an earlier call are replaced. Returns the level's folder.
 * @throws the system's error where they cannot be written
 */
export function writeEvalscopeFiles(
  folder: string,
  reader: RunReader,
  level: RecordedLevel,
  totals: EvalscopeTotals,
): string {
  const config: RunConfig = JSON.parse(reader.run().config);
  const inputOnly = isInputOnly(config.api);
  const path = join(folder, levelFolder(level));
  mkdirSync(path, { recursive: true });
  const write = (name: string, value: unknown) => writeFileSync(join(path, name), JSON.stringify(value, null, 4));
  write("benchmark_args.json", evalscopeArgs(config, level, path));
  write("benchmark_summary.json", evalscopeSummary(totals.figures(), level, inputOnly));
  write("benchmark_percentile.json", evalscopePercentiles(totals, inputOnly));
  const database = join(path, "benchmark_data.db");
  rmSync(database, { force: true });
  writeEvalscopeDatabase(database, evalscopeRequests(reader, level));
  return path;
}

/** As evalscope tells by the name: then it has no figures of output. */
export function isInputOnly(api: string): boolean {
  return /embed|rerank/i.test(api);
}

function levelFolder({ parallel, rate, number, repeat }: RecordedLevel): string {
  const load = rate === null ? `parallel_${parallel ?? 0}` : `rate_${rate}`;
  return `${load}_number_${number ?? 0}${repeat === 0 ? "" : `_repeat_${repeat}`}`;
}

/** In evalscope's keys, digits and order; what it does not know it writes as -1, and so must whoever speaks to its readers. */
function evalscopeSummary(figures: EvalscopeFigures, level: RecordedLevel, inputOnly: boolean): Record<string, number> {
  const round = (value: number | null, digits: number, absent = -1) => pythonRound(value ?? absent, digits);
  return {
    "Test Duration (s)": round(figures.durationS, 4),
    Concurrency: level.parallel ?? 0,
    "Request Rate (req/s)": level.rate ?? -1,
    "Total Requests": figures.total,
    "Success Requests": figures.success,
    "Failed Requests": figures.total - figures.success,
    "Stream Requests": figures.streams,
    "Non-Stream Requests": figures.total - figures.streams,
    "Req Throughput (req/s)": round(figures.requestsPerS, 4),
    "Avg Latency (s)": round(figures.latencyS, 4),
    "Avg Input Tokens": round(figures.promptTokens, 4),
    "Output Throughput (tok/s)": inputOnly ? 0 : round(figures.outputTokensPerS, 4),
    "Total Throughput (tok/s)": inputOnly ? 0 : round(figures.totalTokensPerS, 4),
    "Avg TTFT (ms)": inputOnly ? 0 : round(figures.ttftMs, 2, -1000),
    "Avg TPOT (ms)": inputOnly ? 0 : round(figures.tpotMs, 2, 0),
    "Avg ITL (ms)": inputOnly ? 0 : round(figures.itlMs, 2, 0),
    "Avg Output Tokens": inputOnly ? 0 : round(figures.completionTokens, 4),
    "Input Throughput (tok/s)": inputOnly ? round(figures.inputTokensPerS, 4) : 0,
    ...whereKnown("Avg Turns/Request", figures.turns, 4),
    ...whereKnown("KV Cache Hit Rate (%)", figures.cachedPercent, 4),
    ...whereKnown("Avg First-Turn TTFT (ms)", figures.firstTurnTtftMs, 2),
    ...whereKnown("Avg Subsequent-Turn TTFT (ms)", figures.laterTurnTtftMs, 2),
    ...speculation(figures.tokensPerIteration),
  };
}

function whereKnown(name: string, value: number | null, digits: number): Record<string, number> {
  return value === null ? {} : { [name]: pythonRound(value, digits) };
}

/** Acceptance is 1 - 1 / tokens an iteration. */
function speculation(tokensPerIteration: number | null): Record<string, number> {
  if (tokensPerIteration === null) return {};
  const acceptance = Math.max(0, Math.min(1, 1 - 1 / tokensPerIteration));
  return {
    "Avg Decoded Tok/Iter": pythonRound(tokensPerIteration, 4),
    "Spec. Accept Rate": pythonRound(acceptance, 4),
  };
}

/** Those of evalscope's arguments that the run has, by its names. */
function evalscopeArgs(config: RunConfig, level: RecordedLevel, path: string): Record<string, unknown> {
  const { params, timeouts, warmup, conversations } = config;
  const limit = (seconds: number | null) => (seconds === null || !Number.isFinite(seconds) ? null : seconds);
  return {
    model: params.model,
    model_id: params.model.split("/").at(-1),
    api: config.api,
    tokenizer_path: params.tokenizerPath ?? null,
    url: config.url,
    headers: config.headers,
    connect_timeout: limit(timeouts.connectS),
    read_timeout: limit(timeouts.readS),
    total_timeout: limit(timeouts.totalS),
    number: level.number,
    parallel: level.parallel,
    rate: level.rate ?? -1,
    open_loop: level.rate !== null,
    warmup_num: warmup.num,
    duration: level.durationS,
    name: config.name,
    outputs_dir: path,
    dataset: config.dataset,
    dataset_path: params.datasetPath ?? null,
    dataset_args: params.datasetArgs,
    prompt: params.prompt ?? null,
    query_template: params.queryTemplate ?? null,
    apply_chat_template: params.applyChatTemplate,
    min_prompt_length: params.minPromptLength,
    max_prompt_length: params.maxPromptLength,
    prefix_length: params.prefixLength ?? 0,
    max_tokens: params.maxTokens ?? null,
    min_tokens: params.minTokens ?? null,
    frequency_penalty: params.frequencyPenalty ?? null,
    repetition_penalty: params.repetitionPenalty ?? null,
    logprobs: params.logprobs ?? null,
    n_choices: params.nChoices ?? null,
    seed: params.seed ?? null,
    stop: params.stop ?? null,
    stop_token_ids: params.stopTokenIds ?? null,
    stream: params.stream,
    temperature: params.temperature ?? null,
    top_p: params.topP ?? null,
    top_k: params.topK ?? null,
    extra_args: params.extraArgs,
    multi_turn: conversations.multiTurn,
    min_turns: conversations.minTurns ?? 1,
    max_turns: conversations.maxTurns,
  };
}
