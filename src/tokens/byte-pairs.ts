import { NumberHeap } from "./number-heap.ts";

/** A vocabulary in order of rank: text where the token is valid UTF-8, else its bytes. */
type Vocabulary = readonly (string | readonly number[])[];

const ASCII = /^[\x00-\x7f]*$/;
const NO_PAIR = -1;
/** Ranks stay below 2^21 and positions below 2^32, so a heap key holds both exactly. */
const RANK_UNIT = 2 ** 32;
/** Pieces up to this many bytes share one block of memory; words are far shorter. */
const SHARED_BYTES = 1024;

/** One piece of text being merged: a linked list of parts, each named by the position of its first byte. */
class Parts {
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Rank of a part joined with the part after it. */
  readonly pairRank: Int32Array;
  readonly pairs: NumberHeap;

  constructor(bytes: number) {
    this.next = new Int32Array(bytes);
    this.previous = new Int32Array(bytes);
    this.pairRank = new Int32Array(bytes);
    // One entry a byte at first, then at most two for each merge.
    this.pairs = new NumberHeap(3 * bytes);
  }
}

/**
 * Counts byte-pair tokens exactly. The pair to merge comes from a heap, so a piece of n bytes costs n log n; scanning
 * for it, as is usual, costs n squared, and one long run without spaces then stops the process for minutes.
 * Bytes are held as strings of the characters 0 to 255, which a Map can look up.
 */
export class BytePairs {
  readonly #ranks = new Map<string, number>();
  readonly #splitter: RegExp;
  readonly #shared = new Parts(SHARED_BYTES);

  /** @param splitter finds the pieces that no token crosses; every character of a text must fall into one */
  constructor(vocabulary: Vocabulary, splitter: RegExp) {
    this.#splitter = splitter;
    vocabulary.forEach((token, rank) => {
      this.#ranks.set(typeof token === "string" ? utf8(token) : String.fromCharCode(...token), rank);
    });
  }

  /** Tokens in a text. The names of special tokens are text like any other. */
  count(text: string): number {
    // A copy, because the search position lives in the expression.
    const splitter = new RegExp(this.#splitter, "gu");
    let tokens = 0;
    for (let match = splitter.exec(text); match !== null; match = splitter.exec(text)) {
      const piece = utf8(match[0]);
      tokens += this.#ranks.has(piece) ? 1 : this.#merge(piece);
    }
    return tokens;
  }

  /** Joins the pair of lowest rank, the leftmost of equals, until no pair is a token; returns how many parts remain. */
  #merge(piece: string): number {
    const parts = piece.length <= SHARED_BYTES ? this.#shared : new Parts(piece.length);
    const { next, previous, pairRank, pairs } = parts;
    const end = piece.length;
    for (let at = 0; at < end; at++) {
      next[at] = at + 1;
      previous[at] = at - 1;
    }
    for (let at = 0; at < end; at++) this.#rankPair(piece, parts, at);

    let count = end;
    for (let key = pairs.pop(); key !== null; key = pairs.pop()) {
      const at = key % RANK_UNIT;
      // An entry is stale once a merge has changed the pair it stood for.
      if (pairRank[at] !== Math.floor(key / RANK_UNIT)) continue;
      const joined = next[at]!;
      const after = next[joined]!;
      next[at] = after;
      if (after < end) previous[after] = at;
      pairRank[joined] = NO_PAIR;
      count--;
      this.#rankPair(piece, parts, at);
      if (at > 0) this.#rankPair(piece, parts, previous[at]!);
    }
    return count;
  }

  #rankPair(piece: string, { next, pairRank, pairs }: Parts, at: number): void {
    const second = next[at]!;
    const rank = second < piece.length ? this.#ranks.get(piece.slice(at, next[second])) : undefined;
    pairRank[at] = rank ?? NO_PAIR;
    if (rank !== undefined) pairs.push(rank * RANK_UNIT + at);
  }
}

function utf8(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}
