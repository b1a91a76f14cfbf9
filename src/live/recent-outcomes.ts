import type { Outcome } from "../record/outcome.ts";
import type { Recent } from "./progress.ts";
import { RecentCounts } from "./recent-counts.ts";
import { RecentTimes } from "./recent-times.ts";

/** What ended in the last seconds, in flat memory. Costs three logarithms a request. */
export class RecentOutcomes {
  readonly #requests = new RecentCounts();
  readonly #outputTokens = new RecentCounts();
  readonly #ttft = new RecentTimes();
  readonly #tpot = new RecentTimes();
  readonly #latency = new RecentTimes();

  /** @param at seconds since the run began */
  add(outcome: Outcome, at: number): void {
    const second = Math.floor(at);
    this.#requests.add(1, second);
    this.#outputTokens.add(outcome.completionTokens ?? 0, second);
    if (!outcome.ending.ok) return;
    const { firstChunkLatency, timePerOutputToken, latency, isStream } = outcome;
    if (isStream && firstChunkLatency !== null) this.#ttft.add(1000 * firstChunkLatency, second);
    if (isStream && timePerOutputToken !== null) this.#tpot.add(1000 * timePerOutputToken, second);
    if (latency !== null) this.#latency.add(1000 * latency, second);
  }

  /** @param now seconds since the run began */
  read(now: number): Recent {
    const second = Math.floor(now);
    return {
      requestsPerS: this.#requests.read(second),
      outputTokensPerS: this.#outputTokens.read(second),
      ttft: this.#ttft.read(second),
      tpot: this.#tpot.read(second),
      latency: this.#latency.read(second),
    };
  }
}
