/** What a dataset yields and an API plugin turns into a request. */

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

export type Input = InputBody & {
  /** Output tokens asked for; goes before `--max-tokens`. */
  maxTokens?: number;
  headers?: Record<string, string>;
  metadata?: Record<string, unknown>;
};

/** What a dataset may yield: a full Input, or the short forms of the two commonest. */
export type LooseInput = Input | string | Message[];
