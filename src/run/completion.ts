import type { ApiPlugin } from "../contract/api.ts";
import { describeError } from "../engine/describe-error.ts";
import type { Finished } from "../engine/protocol.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import { loadTokenizer, type Tokenizer } from "../tokens/counter.ts";
import { promptTexts } from "./prompt-texts.ts";

/**
 * Adds what an engine leaves out: counts by the plugin's own way, or where the server reported no usage, and the time
 * per output token, which needs them. The tokenizer is loaded when the first text is to be counted, and then only.
 */
export class Completion {
  #tokenizer: Tokenizer | null = null;

  constructor(readonly api: ApiPlugin) {}

  async complete(requests: Finished[]): Promise<RecordedRequest[]> {
    for (const finished of requests) {
      if (!this.#count(finished)) {
        this.#tokenizer = await loadTokenizer();
        this.#count(finished);
      }
      finished.recorded.outcome.timePerOutputToken = timePerOutputToken(finished);
    }
    return requests.map(({ recorded }) => recorded);
  }

  /** false: it needs the tokenizer, which is not loaded yet. */
  #count(finished: Finished): boolean {
    try {
      if (this.api.parseResponses !== undefined && finished.recorded.outcome.ending.ok) this.#byPlugin(finished);
      else if (needsCounting(finished)) this.#byTokenizer(finished, this.api.produces ?? "text");
      return true;
    } catch (error) {
      if (error instanceof TokenizerWanted) return false;
      finished.recorded.outcome.ending = { ok: false, kind: "plugin", message: describeError(error) };
      return true;
    }
  }

  #byPlugin({ recorded: { outcome, payload } }: Finished): void {
    const messages = JSON.parse(payload.responseMessages ?? "[]") as unknown[];
    const texts = messages.map((message) => (typeof message === "string" ? message : JSON.stringify(message)));
    const request = { body: payload.request === null ? undefined : parsed(payload.request) };
    const counts = this.api.parseResponses?.(texts, request, { count: (text) => this.#tokensIn(text) });
    outcome.promptTokens = wholeNumber(counts?.promptTokens, "promptTokens");
    outcome.completionTokens = wholeNumber(counts?.completionTokens, "completionTokens");
    outcome.tokenSource = "plugin";
  }

  #byTokenizer({ recorded: { outcome, payload } }: Finished, produces: ApiPlugin["produces"]): void {
    if (outcome.completionTokens === null && produces === "text") {
      outcome.completionTokens = this.#tokensIn(payload.outputText ?? "");
      outcome.tokenSource = "tokenizer";
    }
    if (outcome.promptTokens !== null) return;
    outcome.promptTokens = promptTexts(payload.request).reduce((sum, part) => sum + this.#tokensIn(part), 0);
    if (outcome.tokenSource === "none") outcome.tokenSource = "tokenizer";
  }

  #tokensIn(text: string): number {
    if (text === "") return 0;
    if (this.#tokenizer === null) throw new TokenizerWanted();
    return this.#tokenizer.count(text);
  }
}

/** Ends a count that cannot be made yet; it is begun again once the tokenizer is there. */
class TokenizerWanted extends Error {}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function wholeNumber(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw new TypeError(`parseResponses gave ${String(value)} as ${name}, not a whole number`);
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
