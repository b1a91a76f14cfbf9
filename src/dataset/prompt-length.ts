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
    const length = promptLength(input);
    return length === null || (length >= this.shortest && length <= this.longest);
  }
}

function promptLength(input: Input): number | null {
  switch (input.kind) {
    case "prompt":
      return characters(input.prompt);
    case "messages":
      return messagesLength(input.messages);
    case "conversation":
      return input.turns.reduce((sum, turn) => sum + messagesLength(turn.messages), 0);
    default:
      return null;
  }
}

function messagesLength(messages: Message[]): number {
  let length = 0;
  for (const { content } of messages) {
    if (typeof content === "string") length += characters(content);
    else for (const part of content ?? []) length += characters(partText(part) ?? "");
  }
  return length;
}

const HIGH_SURROGATES = /[\uD800-\uDBFF](?=[\uDC00-\uDFFF])/g;

function characters(text: string): number {
  return text.length - (text.match(HIGH_SURROGATES)?.length ?? 0);
}
