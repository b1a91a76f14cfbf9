/** Longest line of a chunk's size with its extension. */
const MOST_LINE_BYTES = 4096;
/** A larger chunk is no answer of any service; below it sums stay exact. */
const MOST_CHUNK_BYTES = 2 ** 40;

/** A size of so many digits is no matter of speed any more. */
const PLAIN_DIGITS = 7;

const CR = 13;
const LF = 10;
const TAB = 9;
const SPACE = 32;
const SEMICOLON = 59;

// Numbers, not names: looked at for every byte of framing.
const SIZE = 0;
const BLANKS = 1;
const EXTENSION = 2;
const SIZE_LF = 3;
const DATA = 4;
const DATA_CR = 5;
const DATA_LF = 6;
type Stage =
  | typeof SIZE
  | typeof BLANKS
  | typeof EXTENSION
  | typeof SIZE_LF
  | typeof DATA
  | typeof DATA_CR
  | typeof DATA_LF;

/** Takes the framing out of a chunked body, however it is cut. */
export class ChunkedBody {
  /** The last chunk, of size 0, has been read: the trailer follows. */
  whole = false;
  fault: string | null = null;
  /** Where `decode` stopped. */
  stoppedAt = 0;
  /** Where the data in what was decoded last begin and end; the same where there are none. */
  from = 0;
  to = 0;
  #stage: Stage = SIZE;
  #lineLength = 0;
  #left = 0;

  begin(): void {
    this.whole = false;
    this.#stage = SIZE;
    this.#lineLength = 0;
    this.#left = 0;
  }

  /**
   * Finds the data in what came in one read, behind `at`, and writes over `bytes`: where a read holds more than one
   * chunk, their data move together.
   */
  decode(bytes: Uint8Array, at: number): void {
    this.from = at;
    this.to = at;
    while (at < bytes.length && !this.whole && this.fault === null) {
      if (this.#stage === DATA) {
        at = this.#data(bytes, at);
      } else {
        const behind = this.#lineLength === 0 ? this.#plainFrame(bytes, at) : at;
        if (behind === at) this.#frame(bytes[at++]!);
        else at = behind;
      }
    }
    this.stoppedAt = at;
  }

  #data(bytes: Uint8Array, at: number): number {
    const stop = Math.min(bytes.length, at + this.#left);
    if (this.from === this.to) {
      this.from = at;
      this.to = at;
    }
    if (this.to !== at) bytes.copyWithin(this.to, at, stop);
    this.to += stop - at;
    this.#left -= stop - at;
    if (this.#left === 0) this.#stage = DATA_CR;
    return stop;
  }

  /**
   * The end of a chunk, or a size that is digits alone and not 0, where all of it is there: nearly every one, and
   * cheaper than byte by byte. Returns where it ends, or `at` where it is something else.
   */
  #plainFrame(bytes: Uint8Array, at: number): number {
    if (this.#stage === DATA_CR) {
      if (bytes[at] !== CR || bytes[at + 1] !== LF) return at;
      this.#stage = SIZE;
      return at + 2;
    }
    if (this.#stage !== SIZE) return at;
    let size = 0;
    let end = at;
    for (let digit = hexDigit(bytes[end]); digit !== null && end - at < PLAIN_DIGITS; digit = hexDigit(bytes[++end])) {
      size = size * 16 + digit;
    }
    if (size === 0 || bytes[end] !== CR || bytes[end + 1] !== LF) return at;
    this.#left = size;
    this.#stage = DATA;
    return end + 2;
  }

  #frame(byte: number): void {
    switch (this.#stage) {
      case SIZE:
      case BLANKS:
      case EXTENSION:
        this.#sizeLine(byte);
        return;
      case SIZE_LF:
        if (byte !== LF) this.fault = "a chunk's size line ends with CR alone";
        this.whole = this.#left === 0 && this.fault === null;
        this.#lineLength = 0;
        this.#stage = DATA;
        return;
      case DATA_CR:
        if (byte !== CR) this.fault = "a chunk is longer than its size";
        this.#stage = DATA_LF;
        return;
      default:
        if (byte !== LF) this.fault = "a chunk is longer than its size";
        this.#stage = SIZE;
    }
  }

  /** Digits, blanks, and whatever stands behind a semicolon. */
  #sizeLine(byte: number): void {
    const digit = this.#stage === SIZE ? hexDigit(byte) : null;
    if (++this.#lineLength > MOST_LINE_BYTES) {
      this.fault = `a chunk's size line is longer than ${MOST_LINE_BYTES} bytes`;
    } else if (digit !== null) {
      this.#left = this.#left * 16 + digit;
      if (this.#left > MOST_CHUNK_BYTES) this.fault = `a chunk is larger than ${MOST_CHUNK_BYTES} bytes`;
    } else if (this.#lineLength === 1) {
      this.fault = "a chunk begins without its size";
    } else if (byte === CR) {
      this.#stage = SIZE_LF;
    } else if (byte === LF) {
      this.fault = "a chunk's size line ends with LF alone";
    } else if (this.#stage === EXTENSION || byte === SEMICOLON) {
      this.#stage = EXTENSION;
      if (byte < SPACE && byte !== TAB) this.fault = "a chunk's extension has a control character in it";
    } else if (byte === SPACE || byte === TAB) {
      this.#stage = BLANKS;
    } else {
      this.fault = "a chunk's size is no hexadecimal number";
    }
  }
}

function hexDigit(byte: number | undefined): number | null {
  if (byte === undefined) return null;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const small = byte | 32;
  return small >= 97 && small <= 102 ? small - 87 : null;
}
