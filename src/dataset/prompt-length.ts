import type { Input, Message } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import type { TokenCounter } from "../tokens/token-counter.ts";
import { partText } from "./part-text.ts";

/** More tokens than any chat template adds, and at most so many tokens in a UTF-16 unit (its bytes). */
const TEMPLATE_TOKENS = 4096;
const TOKENS_A_UNIT = 3;

/**
 * The lengths of prompt that a run takes, inclusive: in tokens with the chat template where a tokenizer was named, else
 * in characters (Unicode code points).
 */
export class PromptLength {
  readonly shortest: number;
  readonly longest: number;
  readonly unit: "tokens" | "characters";
  /** Tokens round a prompt that is sent as text. */
  #surrounding: Promise<number | null> | null = null;

  /** @param counter the tokenizer that was named; null: none was */
  constructor(
    { minPromptLength, maxPromptLength, inputLen, given }: Params,
    readonly counter: TokenCounter | null = null,
  ) {
    this.shortest = minPromptLength;
    // Whoever names the length of made prompts does not expect a default to refuse them.
    const bounded = inputLen === undefined || given.includes("maxPromptLength");
    this.longest = bounded ? maxPromptLength : Number.POSITIVE_INFINITY;
    this.unit = counter === null ? "characters" : "tokens";
  }

  /** Whether an input is kept; kinds that are no prose (raw, rerank, texts, tokens) always are. At once, mostly. */
  allows(input: Input): boolean | Promise<boolean> {
    const units = promptLength(input, (text) => text.length);
    if (units === null) return true;
    if (this.counter !== null) {
      const most = units * TOKENS_A_UNIT + TEMPLATE_TOKENS;
      return this.shortest === 0 && most <= this.longest ? true : this.#allowsTokens(input, this.counter);
    }
    // A character is one or two UTF-16 units, so the default bounds never need the slower count.
    if (units >= 2 * this.shortest && units <= this.longest) return true;
    return this.#holds(promptLength(input, characters));
  }

  async #allowsTokens(input: Input, counter: TokenCounter): Promise<boolean> {
    if (input.kind === "prompt") {
      this.#surrounding ??= counter.surrounding();
      const [own] = await counter.count([input.prompt]);
      return this.#holds(own! + ((await this.#surrounding) ?? 0));
    }
    const messages = input.kind === "conversation" ? input.turns[0]?.messages : undefined;
    const [tokens] = await counter.count([input.kind === "messages" ? input.messages : (messages ?? [])]);
    return this.#holds(tokens!);
  }

  #holds(length: number | null): boolean {
    return length === null || (length >= this.shortest && length <= this.longest);
  }
}

type Measure = (text: string) => number;

function promptLength(input: Input, measure: Measure): number | null {
  switch (input.kind) {
    case "prompt":
      return measure(input.prompt);
    case "messages":
      return messagesLength(input.messages, measure);
    case "conversation":
      // Of the prompt that opens it: the later ones grow with the model's own replies.
      return messagesLength(input.turns[0]?.messages ?? [], measure);
    default:
      return null;
  }
}

function messagesLength(messages: Message[], measure: Measure): number {
  let length = 0;
  for (const { content } of messages) {
    if (typeof content === "string") length += measure(content);
    else for (const part of content ?? []) length += measure(partText(part) ?? "");
  }
  return length;
}

const HIGH_SURROGATES = /[\uD800-\uDBFF](?=[\uDC00-\uDFFF])/g;

function characters(text: string): number {
  return text.length - (text.match(HIGH_SURROGATES)?.length ?? 0);
}
