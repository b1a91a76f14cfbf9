import { isAscii } from "node:buffer";
import type { ApiPlugin } from "../contract/api.ts";
import { type Framing, framingOf, isTelling, splitterFor } from "../transport/framing.ts";
import type { EventSplitter } from "../transport/splitter.ts";
import type { Exchange } from "./exchange.ts";
import { HeardAnswer } from "./heard-answer.ts";
import { readerFor } from "./reader-for.ts";
import type { Reading } from "./reading.ts";
import { Reply } from "./reply.ts";

/** How often a slice looks at the clock, in reads: a read costs a few microseconds to parse. */
const READS_A_LOOK = 16;
/** Longest body that is decoded in one go: about a tenth of a millisecond. */
const ASCII_BYTES = 262_144;
const NO_BYTES = new Uint8Array(0);

/**
 * Reads an exchange's bytes, in slices, when the clock has no use for the process: usually after the body has ended,
 * earlier where a body stays open with nothing coming.
 */
export class Interpretation implements Reading {
  readonly reply: Reply;
  /** null: not decided yet, or a reply that is not ours to read. */
  framing: Framing | null = null;
  wrongContentType = false;
  /** Text that is not UTF-8. */
  undecodable = false;
  readonly held = null;
  #decoder: TextDecoder | null = null;
  /** The whole body, where it is short and ASCII: one call to decode it instead of one for each piece. */
  #text: string | null = null;
  #cutAt = 0;
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
    const { exchange } = this;
    if (this.#next === 0 && exchange.ended !== null) this.#text = asciiText(exchange);
    while (this.#next < exchange.stamps.length) {
      const index = this.#next++;
      this.#stamp = exchange.stamps[index]!;
      this.#feed(this.#text === null ? this.#decode(exchange.take(index)) : this.#cut(exchange.take(index).byteLength));
      if (index % READS_A_LOOK === 0 && now() > deadline) return false;
    }
    if (exchange.ended !== null && !this.#closed) this.#close();
    return true;
  }

  /** true once, for an exchange that has ended and been read whole: whoever gets it makes the record. */
  claim(): boolean {
    if (!this.#closed || this.#claimed) return false;
    this.#claimed = true;
    return true;
  }

  get caughtUp(): boolean {
    return this.#next === this.exchange.stamps.length;
  }

  #cut(length: number): string {
    this.#cutAt += length;
    return this.#text!.slice(this.#cutAt - length, this.#cutAt);
  }

  #decode(piece: Uint8Array, stream = true): string {
    this.#decoder ??= new TextDecoder("utf-8", { fatal: true });
    try {
      return this.#decoder.decode(piece, { stream });
    } catch {
      this.undecodable = true;
      this.#decoder = new TextDecoder("utf-8");
      return this.#decoder.decode(piece, { stream });
    }
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

  #close(): void {
    this.#closed = true;
    // A body may end inside a character.
    if (this.#decoder !== null) this.#feed(this.#decode(NO_BYTES, false));
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

/** null: too long for one slice of time, or not ASCII (pieces may then part a character). */
function asciiText({ pieces, bytes }: Exchange): string | null {
  if (bytes > ASCII_BYTES) return null;
  const whole = Buffer.concat(pieces);
  return isAscii(whole) ? whole.toString("latin1") : null;
}

export function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300;
}
