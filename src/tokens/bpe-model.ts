import { escapedPattern } from "./characters.ts";
import { Merger } from "./merger.ts";
import { byteIds, type Model } from "./model.ts";
import { PairTable } from "./pair-table.ts";

export interface BpeOptions {
  vocabulary: ReadonlyMap<string, number>;
  /** In order of rank. */
  merges: readonly (readonly [string, string])[];
  unknownToken: string | null;
  /** Unknown characters side by side are one token. */
  fuseUnknown: boolean;
  /** An unknown character becomes tokens of its bytes, where the vocabulary has them. */
  byteFallback: boolean;
  /** A piece that is a token is not made of merges. */
  ignoreMerges: boolean;
  continuingSubwordPrefix: string;
  endOfWordSuffix: string;
}

/** SentencePiece's mark for a space. */
const MARK = "▁";
const BEFORE_INNER_MARK = /[^▁](?=▁)/gu;

/** Byte-pair encoding by a list of merges. */
export class BpeModel implements Model {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly #unknown: number | null;
  readonly #pairs: PairTable;
  readonly #merged: Int32Array;
  readonly #merger = new Merger({
    rank: (left, right) => this.#pairs.get(left, right),
    merged: (rank) => this.#merged[rank]!,
  });
  /** Where a text may be cut before the mark of a word because no merge reaches over it; null: nowhere. */
  readonly #wordStarts: RegExp | null;

  /** @throws Error where a merge names what is no token */
  constructor(readonly options: BpeOptions) {
    const { vocabulary, merges, unknownToken, continuingSubwordPrefix } = options;
    this.vocabulary = vocabulary;
    this.#unknown = unknownToken === null ? null : idOf(vocabulary, unknownToken);
    this.#pairs = new PairTable(merges.length);
    this.#merged = new Int32Array(merges.length);
    const reachedOver = new Set<string>();
    merges.forEach(([left, right], rank) => {
      const joined = left + right.slice(continuingSubwordPrefix.length);
      this.#pairs.set(idOf(vocabulary, left), idOf(vocabulary, right), rank);
      this.#merged[rank] = idOf(vocabulary, joined);
      if (joined.lastIndexOf(MARK) > 0)
        for (const [before] of joined.matchAll(BEFORE_INNER_MARK)) reachedOver.add(before);
    });
    const before = [MARK, ...reachedOver].map(escapedPattern).join("|");
    this.#wordStarts = isPlain(options) ? new RegExp(`(?=${MARK})(?<!${before})`, "u") : null;
  }

  encode(piece: string): readonly number[] {
    if (this.options.ignoreMerges) {
      const whole = this.vocabulary.get(piece);
      if (whole !== undefined) return [whole];
    }
    return this.#merger.merge(this.#symbols(piece));
  }

  words(piece: string): string[] {
    return this.#wordStarts === null ? [piece] : piece.split(this.#wordStarts);
  }

  #symbols(piece: string): number[] {
    const { byteFallback, fuseUnknown, continuingSubwordPrefix, endOfWordSuffix } = this.options;
    const ids: number[] = [];
    // The reference holds an unknown character back until it has seen whether the next one is unknown too.
    let held: number | null = null;
    let at = 0;
    for (const character of piece) {
      const prefix = at === 0 ? "" : continuingSubwordPrefix;
      at += character.length;
      const symbol = prefix + character + (at === piece.length ? endOfWordSuffix : "");
      const id = this.vocabulary.get(symbol);
      if (id !== undefined) {
        if (held !== null) ids.push(held);
        held = null;
        ids.push(id);
        continue;
      }
      const bytes = byteFallback ? byteIds(symbol, this.vocabulary) : null;
      if (bytes !== null) ids.push(...bytes);
      else if (held !== null && !fuseUnknown) ids.push(held);
      else held = this.#unknown;
    }
    if (held !== null) ids.push(held);
    return ids;
  }
}

/** Whether a piece by itself is merged as it is between others, where it begins with the mark. */
function isPlain({ vocabulary, continuingSubwordPrefix, endOfWordSuffix, ignoreMerges }: BpeOptions): boolean {
  return vocabulary.has(MARK) && continuingSubwordPrefix === "" && endOfWordSuffix === "" && !ignoreMerges;
}

function idOf(vocabulary: ReadonlyMap<string, number>, token: string): number {
  const id = vocabulary.get(token);
  if (id === undefined) throw new Error(`"${token}" of the merges is not in the vocabulary`);
  return id;
}
