import { NumberHeap } from "./number-heap.ts";

const NO_PAIR = -1;
/** Ranks stay below 2^21 and positions below 2^32, so a heap key holds both exactly. */
const RANK_UNIT = 2 ** 32;
/** Pieces up to this many parts share one block of memory; words are far shorter. */
const SHARED_PARTS = 1024;

/** One piece of text being merged: a linked list of parts, each named by the position of its first symbol. */
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
 * Joins the pair of lowest rank, the leftmost of equals, until no pair has a rank. The pair to merge comes from a heap,
 * so a piece of n symbols costs n log n; scanning for it, as is usual, costs n squared, and one long run without spaces
 * then stops the process for minutes.
 */
export class Merger {
  readonly #shared = new Parts(SHARED_PARTS);

  constructor(readonly merges: Merges) {}

  /** @param symbols the ids that a piece begins as */
  merge(symbols: readonly number[]): number[] {
    const end = symbols.length;
    const parts = end <= SHARED_PARTS ? this.#shared : new Parts(end);
    const { id, next, previous, pairRank, pairs } = parts;
    for (let at = 0; at < end; at++) {
      id[at] = symbols[at]!;
      next[at] = at + 1;
      previous[at] = at - 1;
    }
    for (let at = 0; at < end; at++) this.#rankPair(parts, at, end);
    for (let key = pairs.pop(); key !== null; key = pairs.pop()) {
      const at = key % RANK_UNIT;
      const rank = Math.floor(key / RANK_UNIT);
      // An entry is stale once a merge has changed the pair it stood for.
      if (pairRank[at] !== rank) continue;
      const joined = next[at]!;
      const after = next[joined]!;
      id[at] = this.merges.merged(rank);
      next[at] = after;
      if (after < end) previous[after] = at;
      pairRank[joined] = NO_PAIR;
      this.#rankPair(parts, at, end);
      if (at > 0) this.#rankPair(parts, previous[at]!, end);
    }
    const ids: number[] = [];
    for (let at = 0; at < end; at = next[at]!) ids.push(id[at]!);
    return ids;
  }

  #rankPair({ id, next, pairRank, pairs }: Parts, at: number, end: number): void {
    const second = next[at]!;
    const rank = second < end ? this.merges.rank(id[at]!, id[second]!, at, next[second]!) : undefined;
    pairRank[at] = rank ?? NO_PAIR;
    if (rank !== undefined) pairs.push(rank * RANK_UNIT + at);
  }
}
