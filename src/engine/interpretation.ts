import type { ApiPlugin } from "../contract/api.ts";
import { type Framing, framingOf, isTelling, splitterFor } from "../transport/framing.ts";
import type { EventSplitter } from "../transport/splitter.ts";
import { BodyText } from "./body-text.ts";
import type { Exchange } from "./exchange.ts";
import { HeardAnswer } from "./heard-answer.ts";
import { readerFor } from "./reader-for.ts";
import type { Reading } from "./reading.ts";
import { Reply } from "./reply.ts";

/** How often a slice looks at the clock, in reads: a read costs a few microseconds to parse. */
const READS_A_LOOK = 16;

/**
 * Reads an exchange's bytes, in slices, when the clock has no use for the process: usually after the body has ended,
 * earlier where a body stays open with nothing coming.
 */
export class Interpretation implements Reading {
  readonly reply: Reply;
  /** null: not decided yet, or a reply that is not ours to read. */
  framing: Framing | null = null;
  wrongContentType = false;
  readonly held = null;
  /** null: nothing has been read yet. */
  #text: BodyText | null = null;
  #splitter: EventSplitter | null = null;
  /** A body that is not a stream, or not ours, in parts; of any body its beginning, until that tells what it is. */
  #whole: string[] = [];
  #next = 0;
  #stamp = 0;
  #started = false;
  #closed = false;
  #claimed = false;

  constructor(
    readonly exchange: Exchange,
    readonly api: ApiPlugin,
  ) {
    const { spec, turn } = exchange.prepared;
    this.reply = new Reply(readerFor(api, spec), exchange.sent, turn === undefined ? null : new HeardAnswer());
  }

  /** Reads on until `deadline` on `now`'s clock. true: everything that has arrived is read, and the ended body closed. */
  advance(now: () => number, deadline: number): boolean {
    const { body, ended } = this.exchange;
    this.#text ??= new BodyText(body, ended !== null);
    while (this.#next < body.reads) {
      const index = this.#next++;
      this.#stamp = body.stamps[index]!;
      this.#feed(this.#text.read(index));
      if (index % READS_A_LOOK === 0 && now() > deadline) return false;
    }
    if (ended !== null && !this.#closed) this.#close(this.#text);
    return true;
  }

  /** true once, for an exchange that has ended and been read whole: whoever gets it makes the record. */
  claim(): boolean {
    if (!this.#closed || this.#claimed) return false;
    this.#claimed = true;
    return true;
  }

  /** Text that is not UTF-8. */
  get undecodable(): boolean {
    return this.#text?.undecodable ?? false;
  }

  get caughtUp(): boolean {
    return this.#next === this.exchange.body.reads;
  }

  #feed(text: string): void {
    if (this.#splitter !== null) {
      this.#splitter.feed(text);
    } else if (text !== "") {
      this.#whole.push(text);
      if (!this.#started) this.#start(false);
    }
  }

  /** The head alone is not enough where the content type says nothing, nor are the first few letters. */
  #start(isAll: boolean): void {
    const { exchange, reply } = this;
    const type = exchange.headers?.get("content-type") ?? null;
    const text = this.#whole.join("");
    if (!isAll && !isTelling(type, text)) return;
    this.#started = true;
    if (!isSuccess(exchange.status)) return;
    this.framing = framingOf(type, text, this.api.framing ?? "sse");
    this.wrongContentType = this.framing === null;
    if (this.framing === null) return;
    this.#splitter = splitterFor(this.framing, (data, name) => reply.event(data, name, this.#stamp, this.#next));
    this.#splitter?.feed(text);
  }

  #close(body: BodyText): void {
    this.#closed = true;
    this.#feed(body.rest());
    this.exchange.body.release();
    if (!this.#started && this.#whole.length > 0) this.#start(true);
    if (this.#splitter !== null) {
      this.#splitter.flush();
      return;
    }
    const text = this.#whole.join("");
    if (text === "") return;
    if (this.framing === "body") this.reply.body(text, this.#stamp, this.#next);
    else this.reply.keep(text, this.#stamp);
  }
}

export function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}
