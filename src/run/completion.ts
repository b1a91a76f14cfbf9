import type { ApiPlugin } from "../contract/api.ts";
import { describeError } from "../engine/describe-error.ts";
import type { Finished } from "../engine/protocol.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import { loadTokenizer } from "../tokens/counter.ts";
import { openTokenizer } from "../tokens/open-tokenizer.ts";
import type { Countable } from "../tokens/token-counter.ts";
import type { Tokenizer } from "../tokens/tokenizer.ts";
import { isEmbedded } from "../tokens/tokenizer-choice.ts";
import { promptContent } from "./prompt-content.ts";
import type { TokenCounting } from "./token-counting.ts";

/**
 * Adds what an engine leaves out: counts by the plugin's own way, or where the server reported no usage, and the time
 * per output token, which needs them. Texts are counted in the counter's thread, so that main goes on meanwhile.
 */
export class Completion {
  /** For the plugin's own counts alone, which have to be there at once. */
  #tokenizer: Tokenizer | null = null;
  /** Wait until counting disturbs nobody. */
  #waiting: Finished[] = [];
  #counted = 0;
  #overlong = 0;
  #problem: string | null = null;

  constructor(
    readonly api: ApiPlugin,
    readonly counting: Pick<TokenCounting, "counter" | "local" | "costsService">,
  ) {}

  /** @returns those that are complete; `rest` gives the others */
  async complete(requests: Finished[]): Promise<RecordedRequest[]> {
    if (this.api.parseResponses !== undefined) await this.#countByPlugin(requests);
    const uncounted = requests.filter((finished) => this.#needsCounting(finished));
    if (!this.counting.costsService) {
      await this.#countByTokenizer(uncounted);
      return withTimes(requests);
    }
    this.#waiting.push(...uncounted);
    const late = new Set(uncounted);
    return withTimes(requests.filter((finished) => !late.has(finished)));
  }

  /** What waited for the end of a load, because counting is work for the service. */
  async rest(): Promise<RecordedRequest[]> {
    const requests = this.#waiting;
    this.#waiting = [];
    await this.#countByTokenizer(requests);
    return withTimes(requests);
  }

  /** What a person should know of the counts, a line each. */
  notices(): string[] {
    const lines = this.#problem === null ? [] : [`tokens could not be counted: ${this.#problem}`];
    if (this.#overlong > 0) {
      lines.push(
        `${this.#overlong} of ${this.#counted} replies are longer by plumb's count than they were asked to be at most: ` +
          "the tokenizer is not the model's; name that one with --tokenizer-path",
      );
    }
    return lines;
  }

  /** Failed requests too: their tokens are reported apart, if anything arrived. */
  #needsCounting({ recorded: { outcome } }: Finished): boolean {
    if (outcome.ending.ok ? this.api.parseResponses !== undefined : outcome.chunks === 0) return false;
    return outcome.completionTokens === null || outcome.promptTokens === null;
  }

  async #countByPlugin(requests: Finished[]): Promise<void> {
    for (const finished of requests) {
      if (!finished.recorded.outcome.ending.ok) continue;
      if (!this.#byPlugin(finished)) {
        this.#tokenizer = await (isEmbedded(this.counting.local)
          ? loadTokenizer()
          : openTokenizer(this.counting.local));
        this.#byPlugin(finished);
      }
    }
  }

  /** false: it needs the tokenizer, which is not loaded yet. */
  #byPlugin({ recorded: { outcome, payload } }: Finished): boolean {
    try {
      const messages = JSON.parse(payload.responseMessages ?? "[]") as unknown[];
      const texts = messages.map((message) => (typeof message === "string" ? message : JSON.stringify(message)));
      const request = { body: payload.request === null ? undefined : parsed(payload.request) };
      const counts = this.api.parseResponses?.(texts, request, { count: (text) => this.#tokensIn(text) });
      outcome.promptTokens = wholeNumber(counts?.promptTokens, "promptTokens");
      outcome.completionTokens = wholeNumber(counts?.completionTokens, "completionTokens");
      outcome.tokenSource = "plugin";
    } catch (error) {
      if (error instanceof TokenizerWanted) return false;
      outcome.ending = { ok: false, kind: "plugin", message: describeError(error) };
    }
    return true;
  }

  #tokensIn(text: string): number {
    if (text === "") return 0;
    if (this.#tokenizer === null) throw new TokenizerWanted();
    return this.#tokenizer.count(text);
  }

  /** All texts of a batch in one ask. Where they cannot be counted the record says that nobody could. */
  async #countByTokenizer(requests: Finished[]): Promise<void> {
    if (requests.length === 0) return;
    const asked = requests.map((finished) => countables(finished, this.api.produces ?? "text"));
    try {
      const texts = asked.flatMap(({ prompt, output }) => [...prompt, ...output]);
      const counts = texts.length === 0 ? [] : await this.counting.counter.count(texts);
      const around = asked.some(({ surrounded }) => surrounded > 0) ? await this.counting.counter.surrounding() : 0;
      let next = 0;
      const sum = (items: Countable[]) => items.reduce((total) => total + counts[next++]!, 0);
      for (const [index, { prompt, output, ids, surrounded, ...known }] of asked.entries()) {
        const { outcome } = requests[index]!.recorded;
        const promptTokens = sum(prompt) + ids + surrounded * (around ?? 0);
        const outputTokens = sum(output);
        if (known.countsOutput) this.#setOutput(outcome, outputTokens, known.maxTokens);
        if (known.countsPrompt) outcome.promptTokens = promptTokens;
        if (known.countsPrompt && outcome.tokenSource === "none") outcome.tokenSource = "tokenizer";
      }
    } catch (error) {
      this.#problem ??= error instanceof Error ? error.message : String(error);
    }
  }

  #setOutput(outcome: RecordedRequest["outcome"], tokens: number, most: number | null): void {
    outcome.completionTokens = tokens;
    outcome.tokenSource = "tokenizer";
    this.#counted++;
    if (most !== null && tokens > most) this.#overlong++;
  }
}

interface Countables {
  prompt: Countable[];
  ids: number;
  surrounded: number;
  output: string[];
  maxTokens: number | null;
  countsPrompt: boolean;
  countsOutput: boolean;
}

/** What of a request nobody has counted. */
function countables({ recorded: { outcome, payload } }: Finished, produces: ApiPlugin["produces"]): Countables {
  const countsPrompt = outcome.promptTokens === null;
  const countsOutput = outcome.completionTokens === null && produces === "text";
  const { items, ids, surrounded, maxTokens } = promptContent(payload.request);
  return {
    ...(countsPrompt ? { prompt: items, ids, surrounded } : { prompt: [], ids: 0, surrounded: 0 }),
    output: countsOutput && (payload.outputText ?? "") !== "" ? [payload.outputText!] : [],
    ...{ maxTokens, countsPrompt, countsOutput },
  };
}

/** Ends a count that cannot be made yet; it is begun again once the tokenizer is there. */
class TokenizerWanted extends Error {}

function withTimes(requests: Finished[]): RecordedRequest[] {
  for (const finished of requests) finished.recorded.outcome.timePerOutputToken = timePerOutputToken(finished);
  return requests.map(({ recorded }) => recorded);
}

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
