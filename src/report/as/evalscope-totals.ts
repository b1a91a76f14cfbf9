import type { EvalscopeRequest } from "./evalscope-request.ts";
import { mean, ratio, sum, times1000 } from "./foreign-figure.ts";

/** Means and sums of a level as evalscope perf 1.14 takes them (its class MetricsAccumulator). null: it would have none. */
export interface EvalscopeFigures {
  durationS: number;
  total: number;
  success: number;
  streams: number;
  requestsPerS: number | null;
  latencyS: number | null;
  ttftMs: number | null;
  tpotMs: number | null;
  itlMs: number | null;
  promptTokens: number | null;
  completionTokens: number | null;
  outputTokensPerS: number | null;
  totalTokensPerS: number | null;
  /** Prompt tokens / sum of latencies: of embeddings and rankings. */
  inputTokensPerS: number | null;
  turns: number | null;
  cachedPercent: number | null;
  firstTurnTtftMs: number | null;
  laterTurnTtftMs: number | null;
  tokensPerIteration: number | null;
}

/** What it keeps of one success for its percentiles. */
export type EvalscopeSample = Pick<
  EvalscopeRequest,
  "latency" | "firstChunkLatency" | "timePerOutputToken" | "promptTokens" | "completionTokens" | "isStream"
>;

type Turn = Pick<EvalscopeRequest, "turn" | "cachedTokens" | "promptTokens" | "firstChunkLatency">;

/** A level's requests, added one by one: memory is a few numbers a request, and one for each gap between chunks. */
export class EvalscopeTotals {
  readonly samples: EvalscopeSample[] = [];
  /** Seconds between successive chunks with output, of all successes. */
  readonly gaps: number[] = [];
  readonly #turns: Turn[] = [];
  readonly #tokensPerIteration: number[] = [];
  #total = 0;
  #streams = 0;
  #start = Number.POSITIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;

  add(request: EvalscopeRequest): void {
    this.#total++;
    if (request.isStream) this.#streams++;
    if (request.completed !== null) {
      this.#start = Math.min(this.#start, request.start);
      this.#end = Math.max(this.#end, request.completed);
    }
    if (!request.success) return;
    const { latency, firstChunkLatency, timePerOutputToken, promptTokens, completionTokens, isStream } = request;
    this.samples.push({ latency, firstChunkLatency, timePerOutputToken, promptTokens, completionTokens, isStream });
    for (const gap of request.interTokenLatencies) this.gaps.push(gap);
    const { turn, cachedTokens, tokensPerIteration } = request;
    this.#turns.push({ turn, cachedTokens, promptTokens, firstChunkLatency });
    // At 1 and below the stream has empty chunks, and no guess is made from them.
    if (tokensPerIteration !== null && tokensPerIteration > 1) this.#tokensPerIteration.push(tokensPerIteration);
  }

  figures(): EvalscopeFigures {
    const { samples } = this;
    // Where nothing was streamed it takes its stream figures over everything.
    const streamed = samples.some(({ isStream }) => isStream) ? samples.filter(({ isStream }) => isStream) : samples;
    const anyStream = streamed[0]?.isStream === true;
    const decoded = streamed.filter(({ completionTokens }) => !anyStream || completionTokens > 1);
    const durationS = this.#end >= this.#start ? this.#end - this.#start : 1;
    const prompt = sum(samples.map(({ promptTokens }) => promptTokens));
    const completion = sum(samples.map(({ completionTokens }) => completionTokens));
    const waits = sum(samples.map(({ firstChunkLatency }) => firstChunkLatency));
    return {
      durationS,
      total: this.#total,
      success: samples.length,
      streams: this.#streams,
      requestsPerS: ratio(samples.length, durationS),
      latencyS: mean(samples.map(({ latency }) => latency)),
      ttftMs: times1000(mean(streamed.map(({ firstChunkLatency }) => firstChunkLatency))),
      tpotMs: times1000(mean(decoded.map(({ timePerOutputToken }) => timePerOutputToken))),
      itlMs: times1000(mean(this.gaps)),
      promptTokens: ratio(prompt, samples.length),
      completionTokens: ratio(completion, samples.length),
      outputTokensPerS: ratio(completion, durationS),
      totalTokensPerS: ratio(prompt + completion, durationS),
      inputTokensPerS: ratio(prompt, waits),
      ...this.#turnFigures(),
      tokensPerIteration: mean(this.#tokensPerIteration),
    };
  }

  #turnFigures() {
    const inTurns = this.#turns.filter(({ turn }) => turn !== null);
    const counted = this.#turns.filter(({ cachedTokens, promptTokens }) => cachedTokens !== null && promptTokens > 0);
    const cached = sum(counted.map(({ cachedTokens }) => cachedTokens ?? 0));
    const ttft = (turns: Turn[]) => times1000(mean(turns.map(({ firstChunkLatency }) => firstChunkLatency)));
    const share = ratio(cached, sum(counted.map(({ promptTokens }) => promptTokens)));
    return {
      turns: inTurns.length === 0 ? null : ratio(sum(inTurns.map(({ turn }) => turn! + 1)), this.samples.length),
      cachedPercent: share === null ? null : 100 * share,
      firstTurnTtftMs: ttft(inTurns.filter(({ turn }) => turn === 0)),
      laterTurnTtftMs: ttft(inTurns.filter(({ turn }) => turn !== 0)),
    };
  }
}
