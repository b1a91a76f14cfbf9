import { ChunkedBody } from "./chunked-body.ts";
import { HeaderBlock } from "./header-block.ts";
import { checkTrailer, type HeadReader, ProtocolError, type ResponseHead } from "./response-head.ts";

const FIRST_LETTER = "H".charCodeAt(0);
/** 100 Continue, 103 Early Hints: a server has reasons for a few. */
const MOST_INTERIM = 32;

/**
 * HTTP/1 responses out of bytes, however they are cut; one after the other, as requests go out. It reads strictly: what
 * other readers might take for another message is a fault, never a guess. After a fault or an `excess` nothing more can
 * be read from the connection.
 */
export class ResponseParser {
  /** null: it is not whole yet. Interim responses are passed over. */
  head: ResponseHead | null = null;
  /** The response is whole. */
  ended = false;
  /** Something stands behind the response's end. */
  excess = false;
  fault: string | null = null;
  /** Where in what was fed last the body's bytes begin and end; the same where there are none. */
  from = 0;
  to = 0;
  readonly #block = new HeaderBlock();
  readonly #chunks = new ChunkedBody();
  #method = "GET";
  #interim = 0;
  #untouched = true;
  /** Bytes of the body that are still to come; Infinity: until the connection ends. */
  #left = 0;
  /** Where the last feed stopped. */
  #at = 0;

  constructor(readonly heads: HeadReader) {}

  /** A request has gone out. */
  begin(method: string): void {
    this.head = null;
    this.ended = false;
    this.#method = method;
    this.#interim = 0;
    this.#untouched = true;
    this.#block.begin();
    this.#chunks.begin();
  }

  /** Takes what one read brought, and writes over it: where it holds more than one chunk, their data move together. */
  feed(bytes: Uint8Array): void {
    this.#at = 0;
    this.from = 0;
    this.to = 0;
    while (this.head === null && this.fault === null && this.#at < bytes.length) this.#readHead(bytes);
    if (this.head !== null && !this.ended && this.fault === null) this.#readBody(bytes, this.head);
    if (this.ended && this.#at < bytes.length) this.excess = true;
  }

  /** The server has said everything: a body that lasts as long as the connection is whole. */
  close(): void {
    if (this.head?.bodyEnd === "close" && this.fault === null) this.ended = true;
  }

  #readHead(bytes: Uint8Array): void {
    // Something else than HTTP may never send the line end that would be waited for.
    if (this.#untouched && bytes[this.#at] !== FIRST_LETTER) this.fault = strangerOf(bytes[this.#at]!);
    this.#untouched = false;
    const text = this.fault === null ? this.#readBlock(bytes) : null;
    if (text === null) return;
    const head = this.#judged(() => this.heads.read(text, this.#method));
    if (head === null) return;
    if (head.status >= 200) this.#beginBody(head);
    else if (head.status === 101) this.fault = "the reply switches to another protocol, which nobody asked for";
    else if (++this.#interim > MOST_INTERIM) this.fault = `more than ${MOST_INTERIM} interim replies`;
    else {
      this.#untouched = true;
      this.#block.begin();
    }
  }

  #beginBody(head: ResponseHead): void {
    this.head = head;
    this.#left = typeof head.bodyEnd === "number" ? head.bodyEnd : Number.POSITIVE_INFINITY;
    this.ended = this.#left === 0;
    // For the trailer.
    this.#block.begin();
  }

  #readBody(bytes: Uint8Array, { bodyEnd }: ResponseHead): void {
    if (bodyEnd === "chunked") {
      this.#readChunks(bytes);
      return;
    }
    this.from = this.#at;
    this.to = Math.min(bytes.length, this.from + this.#left);
    this.#at = this.to;
    this.#left -= this.to - this.from;
    this.ended = this.#left === 0;
  }

  #readChunks(bytes: Uint8Array): void {
    const chunks = this.#chunks;
    chunks.decode(bytes, this.#at);
    this.from = chunks.from;
    this.to = chunks.to;
    this.#at = chunks.stoppedAt;
    if (chunks.fault !== null) this.fault = chunks.fault;
    if (!chunks.whole || this.fault !== null || this.#at === bytes.length) return;
    const trailer = this.#readBlock(bytes);
    if (trailer === null) return;
    this.#judged(() => checkTrailer(trailer));
    this.ended = this.fault === null;
  }

  /** Its text once it is whole. */
  #readBlock(bytes: Uint8Array): string | null {
    this.#at = this.#block.read(bytes, this.#at);
    if (this.#block.fault !== null) this.fault = this.#block.fault;
    return this.#block.whole && this.fault === null ? this.#block.text : null;
  }

  #judged<T>(read: () => T): T | null {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.fault = error.message;
      return null;
    }
  }
}

/** What answers with another first letter than HTTP's: a TLS alert or handshake is told from the rest. */
function strangerOf(byte: number): string {
  return byte === 0x15 || byte === 0x16
    ? "the server speaks TLS: the URL should begin with https"
    : "the reply is no HTTP/1.1";
}
