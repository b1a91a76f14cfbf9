import type { Delta, Reader } from "../contract/api.ts";
import { deltaFault } from "../registry/delta-fault.ts";
import { describeError } from "./describe-error.ts";
import { EventShape, type TextDelta } from "./event-shape.ts";
import type { HeardAnswer } from "./heard-answer.ts";

/** Stamps are the engine clock's milliseconds; null: it never came. */
export interface Output {
  first: number | null;
  firstAnswer: number | null;
  last: number | null;
  /** Tokens of the first output event where the server says how many. */
  firstTokens: number | null;
  chunks: number;
  coalesced: number;
}

export interface Usage {
  prompt: number | null;
  completion: number | null;
  cached: number | null;
  reasoning: number | null;
}

/**
 * What a reply means, event by event: the record's arrays (`messages`, `times`, `tokens` stand beside each other), the
 * output's moments, usage, and what speaks for or against success. Fed after the fact, with the stamps of the reads.
 */
export class Reply {
  /** JSON texts: what parsed is kept raw, the rest as JSON strings. */
  readonly messages: string[] = [];
  /** Integer microseconds from `sent`. */
  readonly times: number[] = [];
  /** Output tokens, 0 for none, 1 where it is not said. */
  readonly tokens: number[] = [];
  readonly texts: string[] = [];
  readonly output: Output = { first: null, firstAnswer: null, last: null, firstTokens: null, chunks: 0, coalesced: 0 };
  readonly usage: Usage = { prompt: null, completion: null, cached: null, reasoning: null };
  /** Things done, where a reply is no text; null: the API counts none. */
  items: number | null = null;
  reasoningStreamed = false;
  finishReason: string | null = null;
  /** The stamp of the read that carried the API's own end (the last one, where it comes twice). */
  endStamp: number | null = null;
  serverError: string | null = null;
  malformed: string | null = null;
  pluginError: string | null = null;
  #lastOutputRead = -1;
  readonly #shape: EventShape | null;

  constructor(
    readonly reader: Reader,
    readonly sent: number,
    /** Collects what was said; null: nobody will say it again. */
    readonly answer: HeardAnswer | null = null,
  ) {
    this.#shape = reader.repeatable === true ? new EventShape() : null;
  }

  /** @param read which read of the body completed the event: events of one read share a stamp */
  event(data: string, name: string | undefined, stamp: number, read: number): void {
    const text = this.#shape === null ? null : this.#shape.match(data, name);
    if (text !== null) {
      this.#keepJson(data, stamp);
      this.#text(this.#shape!.delta, text, stamp);
      this.#outputEvent(1, false, stamp, read);
      return;
    }
    const event = { name, data, json: parseJson(data) };
    this.#keep(data, event.json, stamp);
    try {
      const deltas = this.reader.event(event);
      this.#apply(deltas, stamp, read);
      this.#shape?.learn(event, deltas);
    } catch (error) {
      this.#pluginFailed(error);
    }
  }

  body(text: string, stamp: number, read: number): void {
    const json = parseJson(text);
    this.#keep(text, json, stamp);
    try {
      this.#apply(this.reader.body(text, json), stamp, read);
    } catch (error) {
      this.#pluginFailed(error);
    }
  }

  /** What is no reply at all (an error page, a body under a failed status): kept, not read. */
  keep(text: string, stamp: number): void {
    this.#keep(text, parseJson(text), stamp);
  }

  #keep(data: string, json: unknown, stamp: number): void {
    this.#keepJson(json === undefined ? JSON.stringify(data) : data, stamp);
  }

  #keepJson(json: string, stamp: number): void {
    this.messages.push(json);
    this.times.push(Math.round((stamp - this.sent) * 1000));
    this.tokens.push(0);
  }

  #pluginFailed(error: unknown): void {
    this.pluginError ??= describeError(error);
  }

  #apply(deltas: Delta[], stamp: number, read: number): void {
    let tokens = 0;
    let said = true;
    let output = false;
    for (const delta of deltas) {
      const fault = deltaFault(delta);
      if (fault !== null) throw new TypeError(`the API's reader gave ${fault}`);
      if (!("text" in delta)) {
        this.#note(delta, stamp);
      } else if (delta.text !== "") {
        output = true;
        tokens += delta.tokens ?? 1;
        if (delta.tokens === undefined) said = false;
        this.#text(delta, delta.text, stamp);
      }
    }
    // What brought text is output, however few tokens its server counts for it.
    if (output) this.#outputEvent(Math.max(1, tokens), said, stamp, read);
  }

  /** @param delta of this text, or of an earlier one like it */
  #text(delta: TextDelta, text: string, stamp: number): void {
    const { kind } = delta;
    this.texts.push(text);
    this.answer?.add(delta, text);
    if (kind === "reasoning") this.reasoningStreamed = true;
    else if (kind === "text") this.output.firstAnswer ??= stamp;
  }

  #outputEvent(tokens: number, said: boolean, stamp: number, read: number): void {
    const output = this.output;
    this.tokens[this.tokens.length - 1] = tokens;
    if (output.first === null) {
      output.first = stamp;
      output.firstTokens = said ? tokens : null;
    }
    if (read === this.#lastOutputRead) output.coalesced++;
    this.#lastOutputRead = read;
    output.last = stamp;
    output.chunks++;
  }

  #note(delta: Exclude<Delta, { text: string }>, stamp: number): void {
    switch (delta.kind) {
      case "usage":
        this.usage.prompt = delta.promptTokens ?? this.usage.prompt;
        this.usage.completion = delta.completionTokens ?? this.usage.completion;
        this.usage.cached = delta.cachedTokens ?? this.usage.cached;
        this.usage.reasoning = delta.reasoningTokens ?? this.usage.reasoning;
        break;
      case "finish":
        this.finishReason = delta.reason;
        break;
      case "items":
        this.items = (this.items ?? 0) + delta.count;
        break;
      case "error":
        this.serverError ??= delta.message;
        break;
      case "malformed":
        this.malformed ??= delta.message;
        break;
      case "end":
        this.endStamp = stamp;
        break;
    }
  }
}

/** undefined: not JSON. (JSON itself has no undefined.) */
function parseJson(text: string): unknown {
  // The commonest text that is not JSON, once a stream: spares the throw.
  if (text === "[DONE]") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
