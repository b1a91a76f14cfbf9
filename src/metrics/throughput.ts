import type { LevelTotals, TimedReply } from "../record/level-record.ts";
import { isInside, type Window } from "./steady.ts";
import type { Throughput } from "./summary-model.ts";

/** Of a level: what its successes produced, over the time from its first sent to its last completed. */
export function wholeThroughput(totals: LevelTotals, durationS: number | null): Throughput {
  return rates(
    {
      requests: totals.success,
      promptTokens: totals.promptTokens,
      completionTokens: totals.completionTokens,
      items: totals.items,
    },
    durationS,
  );
}

/** Of a window: what was produced inside it, by whichever request. */
export class WindowThroughput {
  readonly #window: Window;
  #requests = 0;
  #promptTokens: number | null = null;
  #completionTokens: number | null = null;
  #items: number | null = null;

  constructor(window: Window) {
    this.#window = window;
  }

  /**
   * A request counts by the share of its output events inside, and so do its completion tokens, because many servers do
   * not say how many tokens an event has: requests and tokens a second then tell of the same work. (Counted where they
   * complete, requests at the window's ends would be lost while their tokens are kept.) Its prompt counts where the
   * first output proves it read.
   */
  add(reply: TimedReply): void {
    const { sent, completed, promptTokens, completionTokens, items } = reply;
    const share = this.#shareInside(reply);
    this.#requests += share;
    const read = reply.firstChunkLatency === null ? completed : sent + reply.firstChunkLatency;
    if (promptTokens !== null) {
      this.#promptTokens = (this.#promptTokens ?? 0) + (isInside(this.#window, read) ? promptTokens : 0);
    }
    if (items !== null) this.#items = (this.#items ?? 0) + items * share;
    if (completionTokens !== null) {
      this.#completionTokens = (this.#completionTokens ?? 0) + completionTokens * share;
    }
  }

  get rates(): Throughput {
    return rates(
      {
        requests: this.#requests,
        promptTokens: this.#promptTokens,
        completionTokens: this.#completionTokens,
        items: this.#items,
      },
      this.#window.end - this.#window.start,
    );
  }

  #shareInside({ sent, completed, times, tokens }: TimedReply): number {
    // Most replies: each event lies between the two.
    if (isInside(this.#window, sent) && isInside(this.#window, completed)) return 1;
    let all = 0;
    let inside = 0;
    for (let i = 0; i < times.length; i++) {
      const here = tokens[i] ?? 0;
      all += here;
      // Whole microseconds may lie a half one behind the end that they were rounded from.
      const stamp = Math.min(sent + times[i]! / 1e6, completed);
      if (here > 0 && isInside(this.#window, stamp)) inside += here;
    }
    if (all === 0) return isInside(this.#window, completed) ? 1 : 0;
    return inside / all;
  }
}

interface Produced {
  requests: number;
  /** null: no request said it. */
  promptTokens: number | null;
  completionTokens: number | null;
  items: number | null;
}

function rates({ requests, promptTokens, completionTokens, items }: Produced, durationS: number | null): Throughput {
  const perSecond = (amount: number | null): number | null =>
    amount === null || durationS === null || !(durationS > 0) ? null : amount / durationS;
  const tokens =
    promptTokens === null && completionTokens === null ? null : (promptTokens ?? 0) + (completionTokens ?? 0);
  return {
    requests_per_s: perSecond(requests),
    output_tokens_per_s: perSecond(completionTokens),
    total_tokens_per_s: perSecond(tokens),
    items_per_s: perSecond(items),
    input_tokens_per_s: items === null ? null : perSecond(promptTokens),
  };
}
