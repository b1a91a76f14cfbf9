import { isAscii, isUtf8 } from "node:buffer";
import type { Body } from "./body.ts";

/** Longest body that is looked at in one go: about a tenth of a millisecond. */
const WHOLE_BYTES = 262_144;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * The text of a body, read by read. A read that ends inside a character leaves its beginning to the next.
 *
 * Of a short body that has ended it is known beforehand whether all of it is ASCII, or UTF-8: then no decoder is needed,
 * which costs a microsecond a read.
 */
export class BodyText {
  /** What has been read is not UTF-8. */
  undecodable = false;
  #decoder: TextDecoder | null = null;
  #ascii: string | null = null;
  #isUtf8 = false;
  /** Up to where it has been handed out, in bytes. */
  #at = 0;

  constructor(
    readonly body: Body,
    /** Nothing more will come. */
    isWhole: boolean,
  ) {
    if (!isWhole || body.length > WHOLE_BYTES) return;
    const bytes = body.bytes();
    if (isAscii(bytes)) this.#ascii = bytes.toString("latin1");
    else this.#isUtf8 = isUtf8(bytes);
    if (this.#isUtf8 && BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte))
      this.#at = BYTE_ORDER_MARK.length;
  }

  /** Of the reads one after the other. */
  read(index: number): string {
    const end = this.body.endOf(index);
    if (this.#ascii !== null) return this.#ascii.slice(this.body.startOf(index), end);
    if (this.#isUtf8) return this.#between(this.#at, this.body.characterEnd(end));
    return this.#decode(this.body.bytes(this.body.startOf(index), end), true);
  }

  /** What a body that ends inside a character leaves. */
  rest(): string {
    return this.#decoder === null ? "" : this.#decode(new Uint8Array(0), false);
  }

  #between(from: number, to: number): string {
    this.#at = Math.max(from, to);
    return this.body.utf8(from, this.#at);
  }

  #decode(bytes: Uint8Array, stream: boolean): string {
    this.#decoder ??= new TextDecoder("utf-8", { fatal: true });
    try {
      return this.#decoder.decode(bytes, { stream });
    } catch {
      this.undecodable = true;
      this.#decoder = new TextDecoder("utf-8");
      return this.#decoder.decode(bytes, { stream });
    }
  }
}
