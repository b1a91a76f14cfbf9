import type { Tokens } from "../contract/api.ts";

/** A tokenizer of this machine: all in memory, answers at once. */
export interface Tokenizer extends Tokens {
  /** Tokens in a text, without those that the model's template puts round it. An empty text has none. */
  count(text: string): number;
  /** Their ids, in order. Special tokens that stand in the text count as such where the tokenizer's file says so. */
  encode(text: string): number[];
  /** The text of some ids; bytes that are no UTF-8 come back as U+FFFD. @throws RangeError for an id of no token */
  decode(ids: readonly number[]): string;
  /** Tokens that the model puts round a text which is sent as a prompt: [CLS] and [SEP], or BOS. */
  readonly surrounding: number;
  /** What each token stands for, those apart that are only part of a character. Goes through the whole vocabulary. */
  tokenTexts(): Iterable<string>;
}
