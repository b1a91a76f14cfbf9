import type { ApiPlugin, Reader, RequestSpec } from "../contract/api.ts";
import { openaiReader } from "../contract/openai-reader.ts";
import type { ResponsePart } from "../contract/session.ts";
import type { Exchange } from "./exchange.ts";
import { HeardAnswer } from "./heard-answer.ts";
import { readerFor } from "./reader-for.ts";
import type { Reading } from "./reading.ts";
import { Reply } from "./reply.ts";

/** Reads the parts of an exchange that a plugin holds. */
export class PartsReading implements Reading {
  readonly reply: Reply;
  readonly framing = null;
  readonly wrongContentType = false;
  readonly undecodable = false;
  readonly held: { failed: ResponsePart | null; byHand: boolean } = { failed: null, byHand: false };
  #next = 0;
  #claimed = false;

  constructor(
    readonly exchange: Exchange,
    api: ApiPlugin,
  ) {
    const { spec, turn } = exchange.prepared;
    const answer = turn === undefined ? null : new HeardAnswer();
    this.reply = new Reply(readerFor(api, spec, partReader), exchange.sent, answer);
  }

  get caughtUp(): boolean {
    return this.#next === this.exchange.parts.length;
  }

  advance(now: () => number, deadline: number): boolean {
    const { parts } = this.exchange;
    while (this.#next < parts.length) {
      const { part, stamp, read } = parts[this.#next]!;
      const data = typeof part.data === "string" ? part.data : (JSON.stringify(part.data) ?? "null");
      // A part made by hand shares its read with no other.
      if (part.isError === true) this.#fail(part, data, stamp);
      else this.reply.event(data, part.name, stamp, read ?? -2 - this.#next);
      this.held.byHand ||= read === null;
      this.#next++;
      if (now() > deadline) return this.caughtUp;
    }
    return true;
  }

  claim(): boolean {
    if (this.exchange.ended === null || !this.caughtUp || this.#claimed) return false;
    this.#claimed = true;
    return true;
  }

  #fail(part: ResponsePart, data: string, stamp: number): void {
    this.reply.keep(data, stamp);
    this.held.failed ??= part;
  }
}

/** OpenAI's shapes, and for what is no JSON at all the text itself: a plugin may yield nothing but the words. */
function partReader(request: RequestSpec): Reader {
  const openai = openaiReader(request);
  return {
    event(event) {
      if (event.json !== undefined || event.data.trim() === "[DONE]") return openai.event(event);
      return [{ kind: "text", text: event.data }];
    },
    body: openai.body,
  };
}
