/** What a dataset yields and an API plugin turns into a request. */
import type { Params } from "./params.ts";

export type ContentPart =
  | { type: "text"; text: string }
  | { type: "image_url"; image_url: { url: string } }
  | { type: string; [field: string]: unknown };

export interface Message {
  role: string;
  content: string | ContentPart[] | null;
  [field: string]: unknown;
}

/** One step of a conversation: what the user says next. */
export interface Turn {
  messages: Message[];
  maxTokens?: number;
  /** Pause before this turn is sent, in seconds. */
  thinkS?: number;
  /**
   * When this turn is due, in seconds from the start of the load, in an input with `atS`; it waits for the end of
   * the turn before if that is later.
   */
  atS?: number;
  /**
   * What was answered to it where the conversation was recorded. It is never sent in place of the model's own reply; it
   * stands in the history of conversations that are begun in their middle (`--users`).
   */
  reply?: Message;
}

export type InputBody =
  | { kind: "messages"; messages: Message[] }
  | { kind: "prompt"; prompt: string }
  | { kind: "tokens"; ids: number[] }
  | { kind: "texts"; texts: string[] }
  | { kind: "rerank"; query: string; documents: string[] }
  | { kind: "conversation"; turns: Turn[] }
  /** A whole request body; the command line only fills its gaps. */
  | { kind: "raw"; body: Record<string, unknown> };

/** Options of a run that an input may have of its own. */
export type InputParams = Partial<
  Pick<
    Params,
    | "maxTokens"
    | "minTokens"
    | "temperature"
    | "topP"
    | "topK"
    | "frequencyPenalty"
    | "repetitionPenalty"
    | "stop"
    | "stopTokenIds"
    | "seed"
    | "ignoreEos"
  >
>;

/** Lengths that an input was made for, in tokens; the record holds them beside what the service counted. */
export interface AskedLengths {
  /** Of the whole prompt, chat template included. */
  promptTokens?: number;
  /** Of the reply: it is made exactly so long, as far as the service takes a least and a most and ignores the end. */
  completionTokens?: number;
}

export type Input = InputBody & {
  /** Output tokens asked for; goes before `--max-tokens`. */
  maxTokens?: number;
  /** Go before the run's options of the same names. */
  params?: InputParams;
  asked?: AskedLengths;
  /** Which of several kinds of input it is: figures are given for each. */
  part?: string;
  /** When it is due, in seconds from the start of the load, where the dataset says so: see `timing` there. */
  atS?: number;
  headers?: Record<string, string>;
  metadata?: Record<string, unknown>;
  /** Fields of the request body that belong to this input, such as `tools`; `--extra-args` goes before them. */
  extra?: Record<string, unknown>;
};

/** What a dataset may yield: a full Input, or the short forms of the two commonest. */
export type LooseInput = Input | string | Message[];
