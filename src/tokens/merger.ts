import { NumberHeap } from "./number-heap.ts";

/** Above every rank: a pair that is never joined. */
const NEVER = 2 ** 31 - 1;
/** Ranks stay below 2^21 and positions below 2^32, so a heap key holds both exactly. */
const RANK_UNIT = 2 ** 32;
/** Up to so many symbols looking at every pair is faster than keeping them in a heap; most words are shorter. */
const SCANNED = 48;
/** Pieces up to this many parts share one block of memory. */
const SHARED_PARTS = 1024;

/** One piece of text being merged: each part is named by the position of its first symbol. */
class Parts {
  readonly id: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Rank of a part joined with the part after it. */
  readonly pairRank: Int32Array;
  readonly pairs: NumberHeap;

  constructor(symbols: number) {
    this.id = new Int32Array(symbols);
    this.next = new Int32Array(symbols);
    this.previous = new Int32Array(symbols);
    this.pairRank = new Int32Array(symbols);
    // One entry a symbol at first, then at most two for each merge.
    this.pairs = new NumberHeap(3 * symbols);
  }
}

/**
 * What merging needs to know of a vocabulary. A part is given by its id, and by its bounds among the symbols for
 * vocabularies that look a pair up by its text.
 */
export interface Merges {
  /** Rank of a pair joined, the lowest goes first; undefined: they never are. `start`, `end`: bounds of the pair. */
  rank(left: number, right: number, start: number, end: number): number | undefined;
  /** The id of what a pair of that rank becomes. */
  merged(rank: number): number;
}

/**
 * Joins the pair of lowest rank, the leftmost of equals, until no pair has a rank. A short piece is scanned for it; in a
 * long one the pair comes from a heap, so that a piece of n symbols costs n log n: scanning costs n squared, and one
 * long run without spaces would stop the process for minutes.
 */
export class Merger {
  readonly #shared = new Parts(SHARED_PARTS);

  constructor(readonly merges: Merges) {}

  /** @param symbols the ids that a piece begins as */
  merge(symbols: readonly number[]): number[] {
    const end = symbols.length;
    const parts = end <= SHARED_PARTS ? this.#shared : new Parts(end);
    const { id, next, previous } = parts;
    for (let at = 0; at < end; at++) {
      id[at] = symbols[at]!;
      next[at] = at + 1;
      previous[at] = at - 1;
    }
    for (let at = 0; at < end; at++) this.#rankPair(parts, at, end);
    if (end <= SCANNED) this.#mergeByScan(parts, end);
    else this.#mergeByHeap(parts, end);
    const ids: number[] = [];
    for (let at = 0; at < end; at = next[at]!) ids.push(id[at]!);
    return ids;
  }

  #mergeByScan(parts: Parts, end: number): void {
    const { next, pairRank } = parts;
    for (;;) {
      let lowest = NEVER;
      let place = 0;
      for (let at = 0; at < end; at = next[at]!) {
        const rank = pairRank[at]!;
        if (rank >= lowest) continue;
        lowest = rank;
        place = at;
      }
      if (lowest === NEVER) return;
      this.#join(parts, place, end);
    }
  }

  #mergeByHeap(parts: Parts, end: number): void {
    const { pairRank, pairs, next, previous } = parts;
    const offer = (at: number) => {
      if (pairRank[at] !== NEVER) pairs.push(pairRank[at]! * RANK_UNIT + at);
    };
    for (let at = 0; at < end; at = next[at]!) offer(at);
    for (let key = pairs.pop(); key !== null; key = pairs.pop()) {
      const rank = Math.floor(key / RANK_UNIT);
      const at = key - rank * RANK_UNIT;
      // An entry is stale once a merge has changed the pair it stood for.
      if (pairRank[at] !== rank) continue;
      this.#join(parts, at, end);
      offer(at);
      if (at > 0) offer(previous[at]!);
    }
  }

  /** Makes one part of the one at a place and the one after it. */
  #join(parts: Parts, at: number, end: number): void {
    const { id, next, previous, pairRank } = parts;
    const joined = next[at]!;
    const after = next[joined]!;
    id[at] = this.merges.merged(pairRank[at]!);
    next[at] = after;
    if (after < end) previous[after] = at;
    pairRank[joined] = NEVER;
    this.#rankPair(parts, at, end);
    if (at > 0) this.#rankPair(parts, previous[at]!, end);
  }

  #rankPair({ id, next, pairRank }: Parts, at: number, end: number): void {
    const second = next[at]!;
    const rank = second < end ? this.merges.rank(id[at]!, id[second]!, at, next[second]!) : undefined;
    pairRank[at] = rank ?? NEVER;
  }
}
