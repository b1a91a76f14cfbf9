import type { ResponsePart } from "../contract/session.ts";
import type { ErrorKind } from "../record/outcome.ts";
import type { Passage, ResponseSink } from "../transport/transport.ts";
import { Body, BodyMemory } from "./body.ts";
import type { Prepared } from "./prepared.ts";

export type HttpEnd = { ok: true; stamp: number } | { ok: false; kind: ErrorKind; message: string; stamp: number };

/** What a plugin yielded, with when. `read` null: the plugin made it by hand. */
export interface ExchangePart {
  part: ResponsePart;
  stamp: number;
  read: number | null;
}

/** One process has one engine, whose bodies come and go. */
const MEMORY = new BodyMemory();

/** Of a body that is too large, at least this much is kept; all of it would be held, read and written for nothing. */
const KEPT_BYTES = 1_000_000;

/**
 * One request on the wire. While it is there nothing is done with what arrives but to note its moment and to keep
 * it. Stamps are the engine clock's milliseconds.
 */
export class Exchange implements ResponseSink {
  status: number | null = null;
  headers: Headers | null = null;
  readonly body = new Body(MEMORY);
  /** Instead of a body, where a plugin holds the exchange. */
  readonly parts: ExchangePart[] = [];
  bytes = 0;
  /** null: the transport cannot tell. */
  passage: Passage | null = null;
  /** Times the request went out. */
  attempts = 1;
  /** When something was last heard; the start before that. */
  heard: number;
  ended: HttpEnd | null = null;
  giveUp: () => void = () => {};

  constructor(
    readonly prepared: Prepared,
    readonly scheduled: number,
    readonly released: number,
    readonly sent: number,
    readonly onEnd: (exchange: Exchange) => void,
    /** A longer body is given up. */
    readonly maxBytes = Number.POSITIVE_INFINITY,
  ) {
    this.heard = sent;
  }

  head(status: number, headers: Headers, stamp: number): void {
    this.status = status;
    this.headers = headers;
    this.heard = stamp;
  }

  piece(bytes: Uint8Array, stamp: number, from = 0, to = bytes.length): void {
    this.body.add(bytes, from, to, stamp);
    this.heard = stamp;
    this.count(to - from, stamp);
  }

  /** Bytes of the body that have come in. */
  count(bytes: number, stamp: number): void {
    this.bytes += bytes;
    if (this.bytes > this.maxBytes) this.#overflow(stamp);
  }

  part(part: ResponsePart, at: { stamp: number; read: number | null }): void {
    if (this.ended !== null) return;
    this.parts.push({ part, ...at });
    this.status ??= part.status ?? null;
    this.heard = at.stamp;
  }

  travels(passage: Passage): void {
    this.passage = passage;
  }

  resent(): void {
    this.attempts++;
  }

  end(stamp: number): void {
    this.#close({ ok: true, stamp });
  }

  fail(kind: ErrorKind, message: string, stamp: number): void {
    this.#close({ ok: false, kind, message, stamp });
  }

  /** Ends it from our side: a timeout, an interrupted run, or a server that keeps a finished body open. */
  stop(end: HttpEnd): void {
    if (this.ended !== null) return;
    this.giveUp();
    this.#close(end);
  }

  #overflow(stamp: number): void {
    this.body.cut(KEPT_BYTES);
    const message = `the body is larger than ${this.maxBytes / 1_000_000} MB (--max-response-mb)`;
    this.stop({ ok: false, kind: "too_large", message, stamp });
  }

  #close(end: HttpEnd): void {
    if (this.ended !== null) return;
    this.ended = end;
    this.onEnd(this);
  }
}
