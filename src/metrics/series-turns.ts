import { LogCounts } from "./series-histogram.ts";
import type { TurnFigures } from "./series-model.ts";
import type { ChartedRequest } from "./series-rows.ts";

/** Later turns are rare, and the chart would be all noise there. */
const MOST_TURNS = 64;
const PER_DECADE = 200;

class Turn {
  requests = 0;
  prompts = 0;
  promptTokens = 0;
  cacheablePromptTokens = 0;
  cachedTokens: number | null = null;
  readonly ttft = new LogCounts(PER_DECADE);
  readonly latency = new LogCounts(PER_DECADE);
}

/** What a conversation's later turns cost beside its first. */
export class TurnSeries {
  readonly #turns = new Map<number, Turn>();

  /** @param latency seconds, by the level's definition of it */
  add(request: ChartedRequest, latency: number | null): void {
    const { turn, success, promptTokens, cachedTokens } = request;
    if (turn === null || turn > MOST_TURNS || !success) return;
    const figures = this.#turn(turn);
    figures.requests++;
    if (promptTokens !== null) {
      figures.prompts++;
      figures.promptTokens += promptTokens;
    }
    if (promptTokens !== null && cachedTokens !== null) {
      figures.cacheablePromptTokens += promptTokens;
      figures.cachedTokens = (figures.cachedTokens ?? 0) + cachedTokens;
    }
    if (request.isStream && request.firstOutput !== null) figures.ttft.add(request.firstOutput * 1000);
    if (latency !== null) figures.latency.add(latency * 1000);
  }

  /** Empty where there is only one turn: it would repeat the run's own figures. */
  figures(): TurnFigures[] {
    if (this.#turns.size < 2) return [];
    return [...this.#turns]
      .toSorted(([a], [b]) => a - b)
      .map(([turn, of]) => ({
        turn,
        requests: of.requests,
        ttftP50Ms: of.ttft.quantile(500),
        ttftP90Ms: of.ttft.quantile(900, 10),
        latencyP50Ms: of.latency.quantile(500),
        latencyP90Ms: of.latency.quantile(900, 10),
        promptTokens: of.prompts === 0 ? null : of.promptTokens / of.prompts,
        cacheHitRate:
          of.cachedTokens === null || of.cacheablePromptTokens === 0
            ? null
            : of.cachedTokens / of.cacheablePromptTokens,
      }));
  }

  #turn(turn: number): Turn {
    const known = this.#turns.get(turn);
    if (known !== undefined) return known;
    const figures = new Turn();
    this.#turns.set(turn, figures);
    return figures;
  }
}
