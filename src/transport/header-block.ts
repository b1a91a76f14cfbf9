/** Proxies and servers let through 8 to 64 KB. */
const MOST_BYTES = 65_536;
const CR = 13;
const LF = 10;

/**
 * Collects lines up to an empty one: a response's head, or the trailer behind its last chunk. Every line must end with
 * CR LF, and neither may stand alone: readers that differ in that see different messages in the same bytes.
 */
export class HeaderBlock {
  /** The empty line has come. */
  whole = false;
  fault: string | null = null;
  /** What has been read of it, the empty line too; a character a byte. */
  text = "";
  #lineLength = 0;
  #afterCr = false;

  begin(): void {
    this.whole = false;
    this.text = "";
    this.#lineLength = 0;
    this.#afterCr = false;
  }

  /** Reads on at `from`; returns where it stopped: behind the empty line, at a fault, or at the end of the bytes. */
  read(bytes: Uint8Array, from: number): number {
    let at = from;
    // A field costs more than a variable, for every byte.
    let afterCr = this.#afterCr;
    let lineLength = this.#lineLength;
    while (at < bytes.length && !this.whole) {
      const byte = bytes[at]!;
      if (afterCr !== (byte === LF)) {
        this.fault = afterCr ? "a CR without LF in the reply's head" : "an LF without CR in the reply's head";
        return at;
      }
      at++;
      if (byte === LF) {
        this.whole = lineLength === 0;
        lineLength = 0;
      } else if (byte !== CR) {
        lineLength++;
      }
      afterCr = byte === CR;
    }
    this.#afterCr = afterCr;
    this.#lineLength = lineLength;
    // Buffer's method on an array that is none: making one of it costs more than all the rest.
    this.text += Buffer.prototype.toString.call(bytes, "latin1", from, at);
    if (this.text.length > MOST_BYTES) this.fault = `the reply's head is longer than ${MOST_BYTES} bytes`;
    return at;
  }
}
