import { ByteTokens, type Model } from "./model.ts";
import { Trie } from "./trie.ts";

export interface UnigramOptions {
  /** Tokens with their logarithmic probabilities; the index is the id. */
  vocabulary: readonly (readonly [string, number])[];
  unknownId: number | null;
  /** What is unknown becomes tokens of its bytes, where the vocabulary has them. */
  byteFallback: boolean;
}

/** How much worse than the rarest token an unknown character is. */
const UNKNOWN_PENALTY = 10;
/** In the tables of a search: no token, or no way to get there yet. */
const NONE = -1;

/**
 * The likeliest way to cut a text into tokens (Viterbi): for each position the best score of all that ends there.
 * Kudo, "Subword Regularization", 2018.
 */
export class UnigramModel implements Model {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly #scores: Float64Array;
  readonly #unknownScore: number;
  readonly #trie: Trie;
  /** null: no fallback to bytes is wanted. */
  readonly #bytes: ByteTokens | null;

  constructor(readonly options: UnigramOptions) {
    const tokens = options.vocabulary;
    this.vocabulary = new Map(tokens.map(([token], id) => [token, id]));
    this.#scores = Float64Array.from(tokens, ([, score]) => score);
    const least = this.#scores.reduce((low, score) => Math.min(low, score), Number.POSITIVE_INFINITY);
    this.#unknownScore = least - UNKNOWN_PENALTY;
    this.#trie = new Trie(this.vocabulary);
    this.#bytes = options.byteFallback ? new ByteTokens(this.vocabulary) : null;
  }

  encode(piece: string): readonly number[] {
    return this.#ids(piece, this.#bestCuts(piece));
  }

  /** For each end of a part: where the best part that ends there begins, and its token. */
  #bestCuts(piece: string): Cuts {
    const cuts = new Cuts(piece.length);
    for (let start = 0; start < piece.length; ) {
      const width = piece.codePointAt(start)! > 0xffff ? 2 : 1;
      const before = cuts.score[start]!;
      let single = false;
      let node: number | undefined = this.#trie.root;
      for (let end = start; end < piece.length; ) {
        node = this.#trie.step(node, piece.charCodeAt(end++));
        if (node === undefined) break;
        const token = this.#trie.valueAt(node);
        if (token === undefined) continue;
        cuts.offer(start, end, token, before + this.#scores[token]!);
        single ||= end - start === width;
      }
      if (!single) cuts.offer(start, start + width, NONE, before + this.#unknownScore);
      start += width;
    }
    return cuts;
  }

  #ids(piece: string, { start, token }: Cuts): number[] {
    const backwards: number[] = [];
    for (let end = piece.length; end > 0; ) {
      const id = token[end]!;
      let begin = start[end]!;
      if (this.#isUnknown(id)) {
        while (begin > 0 && this.#isUnknown(token[begin]!)) begin = start[begin]!;
        backwards.push(...this.#unknown(piece.slice(begin, end)).reverse());
      } else {
        backwards.push(id);
      }
      end = begin;
    }
    return backwards.reverse();
  }

  #isUnknown(id: number): boolean {
    return id === NONE || id === this.options.unknownId;
  }

  /** Unknown characters side by side are one token; together they may spell one that exists. */
  #unknown(text: string): number[] {
    const id = this.vocabulary.get(text);
    if (id !== undefined) return [id];
    const bytes = this.#bytes?.idsOf(text) ?? null;
    if (bytes !== null) return bytes;
    if (this.options.unknownId === null) throw new Error(`the vocabulary has no token for "${text}"`);
    return [this.options.unknownId];
  }
}

class Cuts {
  readonly score: Float64Array;
  readonly start: Int32Array;
  readonly token: Int32Array;

  constructor(length: number) {
    this.score = new Float64Array(length + 1);
    this.start = new Int32Array(length + 1).fill(NONE);
    this.token = new Int32Array(length + 1);
  }

  offer(start: number, end: number, token: number, score: number): void {
    if (this.start[end] !== NONE && score <= this.score[end]!) return;
    this.score[end] = score;
    this.start[end] = start;
    this.token[end] = token;
  }
}
