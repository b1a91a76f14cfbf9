import type { Message } from "../contract/input.ts";

/** A text as it is, or messages, which the model reads through its chat template. */
export type Countable = string | readonly Message[];

/** Counts tokens away from the caller's thread, and makes text of a wanted count. */
export interface TokenCounter {
  /**
   * Tokens of each item, in order. A text: its own, without what a model puts round it. Messages: the whole prompt that
   * the chat template makes of them, up to where the answer begins; without a template the sum of their texts.
   * @throws UserError where the tokenizer cannot be opened, or the server does not count
   */
  count(items: readonly Countable[]): Promise<number[]>;
  /** The ids of each text's tokens, in order, without what a model puts round it. @throws UserError as `count` does */
  encode(texts: readonly string[]): Promise<number[][]>;
  /**
   * Words that are one token each, at the start of a text as well as after a space, so that `makeText` with them needs
   * no counting. Found and verified once.
   * @throws UserError where the tokenizer has none
   */
  words(): Promise<readonly string[]>;
  /** Tokens that a model puts round a prompt which is sent as text; null: unknown. */
  surrounding(): Promise<number | null>;
  /** Ends what it has started; calls that wait are refused. */
  close(): void;
}
