import type { Input, Message } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import { partText } from "./part-text.ts";

/** The lengths of prompt that a run takes, in characters (Unicode code points), inclusive. */
export class PromptLength {
  readonly shortest: number;
  readonly longest: number;

  constructor({ minPromptLength, maxPromptLength, inputLen, given }: Params) {
    this.shortest = minPromptLength;
    // Whoever names the length of made prompts does not expect a default to refuse them.
    const bounded = inputLen === undefined || given.includes("maxPromptLength");
    this.longest = bounded ? maxPromptLength : Number.POSITIVE_INFINITY;
  }

  /** Whether an input is kept; kinds that are no prose (raw, rerank, texts, tokens) always are. */
  allows(input: Input): boolean {
    const units = promptLength(input, (text) => text.length);
    if (units === null) return true;
    // A character is one or two UTF-16 units, so the default bounds never need the slower count.
    if (units >= 2 * this.shortest && units <= this.longest) return true;
    const length = promptLength(input, characters);
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
      return input.turns.reduce((sum, turn) => sum + messagesLength(turn.messages, measure), 0);
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
