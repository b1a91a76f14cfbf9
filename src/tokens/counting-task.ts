import type { Countable } from "./token-counter.ts";
import type { LocalTokenizer } from "./tokenizer-choice.ts";

/** What main asks of the counting thread; the first ask opens the tokenizer. */
export type CountingAsk =
  | { id: number; kind: "open"; choice: LocalTokenizer }
  | { id: number; kind: "count"; items: readonly Countable[] }
  | { id: number; kind: "encode"; items: readonly string[] }
  | { id: number; kind: "surrounding" }
  | { id: number; kind: "vocabulary" };

export type CountingAnswer =
  | { id: number; ok: true; numbers: number[]; texts: string[]; ids: number[][] }
  | { id: number; ok: false; message: string };
