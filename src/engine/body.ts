/** Memory comes in multiples of it, as the system's does. */
const STEP_BYTES = 4096;
/** Larger memory is given back to the system at once: it is rare, and would be held for nothing. */
const MOST_KEPT_BYTES = 65_536;
/** Memory that waits for the bodies to come: at 1,000 at once as much as all in flight have. */
const MOST_KEPT = 1024;

/**
 * Memory of bodies that have been read, for those to come. New memory costs the system two microseconds for every 4 KB
 * when it is first touched; and what is used again is in the processor's cache.
 */
export class BodyMemory {
  readonly #kept: Buffer[] = [];
  /** What the largest of the last bodies took. */
  #usual = STEP_BYTES;

  /** At least `bytes` long. */
  take(bytes: number): Buffer {
    const last = this.#kept.pop();
    if (last !== undefined && last.length >= bytes) return last;
    return Buffer.allocUnsafeSlow(Math.max(this.#usual, wholeSteps(bytes)));
  }

  /** @param used how much of it a body took */
  give(memory: Buffer, used: number): void {
    const wanted = wholeSteps(used);
    if (memory.length > MOST_KEPT_BYTES) return;
    // Slowly down: bodies of one load differ, and the one that grows is copied.
    this.#usual = Math.max(wanted, this.#usual - STEP_BYTES);
    if (memory.length <= this.#usual && this.#kept.length < MOST_KEPT) this.#kept.push(memory);
  }
}

function wholeSteps(bytes: number): number {
  return STEP_BYTES * Math.max(1, Math.ceil(bytes / STEP_BYTES));
}

const NONE: Buffer = Buffer.alloc(0);

/**
 * A body as its reads brought it: the bytes end to end, where each read's end and when it came. A read costs a copy of
 * its bytes and two pushes; what the transport read into is free again at once, where keeping it would make the
 * collector of garbage look after every one.
 */
export class Body {
  /** The engine clock's milliseconds, of each read. */
  readonly stamps: number[] = [];
  length = 0;
  /** Where each read's bytes end. */
  readonly #ends: number[] = [];
  #bytes = NONE;

  constructor(readonly memory: BodyMemory) {}

  /** Adds the bytes of a read from `from` to `to`. */
  add(bytes: Uint8Array, from: number, to: number, stamp: number): void {
    const length = this.length + to - from;
    if (length > this.#bytes.length) this.#grow(length);
    if (to - from === bytes.length) this.#bytes.set(bytes, this.length);
    // No view of a part: it would cost more than all the rest.
    else Buffer.prototype.copy.call(bytes, this.#bytes, this.length, from, to);
    this.length = length;
    this.#ends.push(length);
    this.stamps.push(stamp);
  }

  /** How many reads there were. */
  get reads(): number {
    return this.#ends.length;
  }

  startOf(read: number): number {
    return read === 0 ? 0 : this.#ends[read - 1]!;
  }

  endOf(read: number): number {
    return this.#ends[read]!;
  }

  /** A view, good until `release`. */
  bytes(from = 0, to = this.length): Buffer {
    return this.#bytes.subarray(from, to);
  }

  utf8(from: number, to: number): string {
    return this.#bytes.toString("utf8", from, to);
  }

  /** The last place up to `end` that is not inside a UTF-8 character. */
  characterEnd(end: number): number {
    let at = end;
    while (at > 0 && at < this.length && (this.#bytes[at]! & 0xc0) === 0x80) at--;
    return at;
  }

  /** Keeps whole reads alone, up to the first that brings it to `bytes`. */
  cut(bytes: number): void {
    const last = this.#ends.findIndex((end) => end >= bytes);
    if (last === -1) return;
    this.#ends.length = last + 1;
    this.stamps.length = last + 1;
    this.length = this.#ends[last]!;
  }

  /** It has been read, and its bytes are not asked for again. */
  release(): void {
    if (this.#bytes !== NONE) this.memory.give(this.#bytes, this.length);
    this.#bytes = NONE;
  }

  #grow(length: number): void {
    // Doubled, a body of any length is copied twice at most.
    const grown = this.memory.take(Math.max(length, 2 * this.#bytes.length));
    if (this.length > 0) this.#bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
  }
}
