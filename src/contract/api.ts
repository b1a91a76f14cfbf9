import type { Input, Message } from "./input.ts";
import type { Options } from "./options.ts";
import type { Params } from "./params.ts";
import type { ResponsePart, Session } from "./session.ts";

/** An HTTP request without the parts that every request of a run shares (key, common headers). */
export interface RequestSpec {
  /** The whole URL; the run's own URL if absent. The run's key goes to the run's own origins alone. */
  url?: string;
  /** POST if absent. */
  method?: string;
  headers?: Record<string, string>;
  /** A string goes out as it is, anything else as JSON. */
  body: unknown;
}

/** A server-sent event (or NDJSON line). */
export interface ServerEvent {
  name?: string;
  data: string;
  /** `data` as JSON, parsed once by the engine; undefined where it is not JSON. */
  json: unknown;
}

/** A piece of a tool call. */
export interface ToolCallPart {
  /** Which of the reply's calls, from 0. */
  index: number;
  id?: string;
  name?: string;
  /** JSON, or the next piece of it. */
  arguments?: string;
}

/** A call that a model made. */
export interface ToolCall {
  id: string;
  name: string;
  /** JSON, as the model wrote it. */
  arguments: string;
}

/** What a model said, as it goes into the history of its conversation. */
export interface Answer {
  text: string;
  /** Empty unless `--keep-reasoning`. */
  reasoning: string;
  /** Those that the next turn answers. */
  calls: ToolCall[];
}

/** One piece of meaning found in an event. Counts are tokens. */
export type Delta =
  | {
      kind: "text" | "reasoning" | "tool";
      text: string;
      choice?: number;
      tokens?: number;
      /** Of kind "tool": what it adds to which call. Without it the call is output, but nobody can answer it. */
      call?: ToolCallPart;
    }
  /** Merged field by field: a later value replaces an earlier one. */
  | {
      kind: "usage";
      promptTokens?: number;
      completionTokens?: number;
      cachedTokens?: number;
      reasoningTokens?: number;
    }
  | { kind: "finish"; reason: string; choice?: number }
  /** Things done, where a reply is no text: texts embedded, documents ranked. Several are added up. */
  | { kind: "items"; count: number }
  /** The server said, inside a reply that began well, that it failed. */
  | { kind: "error"; message: string }
  /** Something that this API never says: cut JSON, a stray text. */
  | { kind: "malformed"; message: string }
  /** The API's own end of a reply: without one a stream counts as truncated. */
  | { kind: "end" };

/** Reads one response. Made anew for each request, so it may hold state. */
export interface Reader {
  event(event: ServerEvent): Delta[];
  /** A body that is not a stream. `json` as in ServerEvent. */
  body(text: string, json: unknown): Delta[];
  /**
   * true promises two things of an event that gives one text delta and nothing else: its text stands in the event as it
   * is, and to have read it once or many times is all the same to the reader. plumb then parses one such event and takes the text out of
   * those that look like it without parsing them, which saves most of the time that reading a reply costs. Leave it
   * out where texts are cumulative or events are counted.
   */
  repeatable?: boolean;
}

/** How many tokens a text has; what `parseResponses` counts with. */
export interface Tokens {
  count(text: string): number;
}

export interface TokenCounts {
  promptTokens: number;
  completionTokens: number;
}

export interface ApiPlugin {
  /** What `--api` selects. */
  name: string;
  aliases?: string[];
  /**
   * What `--url` gets where it names no endpoint itself. `chat/completions`: behind `/v1` (any number), and `/v1/` goes
   * before it where the URL has no path. `/api/chat`, with a slash: the whole path, where the URL has none or only the
   * beginning of it.
   */
  endpoint?: string | ((params: Pick<Params, "applyChatTemplate">) => string);
  /** The header that the key goes into, and what stands before it there. `authorization` and `Bearer ` if absent. */
  keyHeader?: { name: string; prefix?: string };
  /** Options of its own: --api-args, found in `params.apiArgs`. */
  options?: Options;
  /** Decides which metrics exist. "text" by default. */
  produces?: "text" | "embedding" | "ranking" | "other";
  /** How a streamed reply is framed. "sse" by default. */
  framing?: "sse" | "ndjson" | "body";
  /** null: this input is skipped, counted, and not part of `--number`. */
  buildRequest(input: Input, params: Params): RequestSpec | null | Promise<RequestSpec | null>;
  /** Without it OpenAI's shapes are understood. */
  reader?(request: RequestSpec): Reader;
  /**
   * The message by which a reply stands in the requests of its conversation's later turns. Without it OpenAI's:
   * `content`, and `reasoning_content` and `tool_calls` where there are any.
   */
  replyMessage?(answer: Answer): Message;
  /** To count tokens one's own way; without it the reply's usage, else a tokenizer. */
  parseResponses?(responses: string[], request: RequestSpec, tokens: Tokens): TokenCounts;
  /**
   * Takes the exchange over: a protocol of one's own, two calls for one request, a WebSocket. Parts are read by
   * `reader` as events are. The end of the generator is the end of the reply; an error part makes it a failure.
   */
  processRequest?(request: RequestSpec, session: Session): AsyncGenerator<ResponsePart>;
}
