import type { Finished } from "../engine/protocol.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import { loadTokenizer, type Tokenizer } from "../tokens/counter.ts";
import { promptTexts } from "./prompt-texts.ts";

/**
 * Adds what an engine leaves out: counts where the server reported no usage, and the time per output token, which needs
 * them. The tokenizer is loaded at the first reply without usage, and then only.
 */
export class Completion {
  #tokenizer: Tokenizer | null = null;

  async complete(requests: Finished[]): Promise<RecordedRequest[]> {
    if (this.#tokenizer === null && requests.some(needsCounting)) this.#tokenizer = await loadTokenizer();
    return requests.map((request) => this.#one(request));
  }

  #one(finished: Finished): RecordedRequest {
    const { outcome, payload } = finished.recorded;
    if (needsCounting(finished) && this.#tokenizer !== null) {
      const text = payload.outputText ?? "";
      if (outcome.completionTokens === null) {
        outcome.completionTokens = this.#tokenizer.count(text);
        outcome.tokenSource = "tokenizer";
      }
      outcome.promptTokens ??= promptTexts(payload.request).reduce(
        (sum, part) => sum + this.#tokenizer!.count(part),
        0,
      );
    }
    outcome.timePerOutputToken = timePerOutputToken(finished);
    return finished.recorded;
  }
}

/** Failed requests too: their tokens are reported apart, if anything arrived. */
function needsCounting({ recorded: { outcome } }: Finished): boolean {
  if (outcome.completionTokens !== null && outcome.promptTokens !== null) return false;
  return outcome.ending.ok || outcome.chunks > 0;
}

/**
 * TPOT in seconds: (last - first output stamp) / (N - n1), N the tokens that were streamed, n1 those of the first chunk
 * where the server says, else 1. null below 2 tokens, with a single output event, and for replies that are no stream.
 */
export function timePerOutputToken({ recorded: { outcome }, ...reply }: Finished): number | null {
  if (!outcome.isStream || outcome.completionTokens === null || outcome.chunks < 2) return null;
  const hidden = reply.reasoningStreamed ? 0 : (outcome.reasoningTokens ?? 0);
  const streamed = outcome.completionTokens - hidden;
  const after = streamed - (reply.firstChunkTokens ?? 1);
  if (streamed < 2 || after <= 0 || reply.outputSpanS === null) return null;
  return reply.outputSpanS / after;
}
