import { Merger } from "./merger.ts";
import { ByteTokens, type Model } from "./model.ts";
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
/** In the table of characters: not in the vocabulary, or more than one unit. */
const NONE = -1;

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
  /** Ids of characters by their only unit, where nothing is put before or behind them: no string is made to find one. */
  readonly #single = new Int32Array(0x10000).fill(NONE);
  /** null: no fallback to bytes is wanted. */
  readonly #bytes: ByteTokens | null;
  /**
   * Characters behind which a text may not be cut before the mark of a word, because a merge reaches over it; null: it
   * may be cut nowhere.
   */
  readonly #reachedOver: ReadonlySet<string> | null;

  /** @throws Error where a merge names what is no token */
  constructor(readonly options: BpeOptions) {
    const { vocabulary, merges, unknownToken, continuingSubwordPrefix } = options;
    this.vocabulary = vocabulary;
    this.#unknown = unknownToken === null ? null : idOf(vocabulary, unknownToken);
    this.#pairs = new PairTable(merges.length);
    this.#merged = new Int32Array(merges.length);
    this.#bytes = options.byteFallback ? new ByteTokens(vocabulary) : null;
    const reachedOver = new Set([MARK]);
    merges.forEach(([left, right], rank) => {
      const joined = left + right.slice(continuingSubwordPrefix.length);
      this.#pairs.set(idOf(vocabulary, left), idOf(vocabulary, right), rank);
      this.#merged[rank] = idOf(vocabulary, joined);
      if (joined.lastIndexOf(MARK) > 0)
        for (const [before] of joined.matchAll(BEFORE_INNER_MARK)) reachedOver.add(before);
    });
    this.#reachedOver = isPlain(options) ? reachedOver : null;
    if (continuingSubwordPrefix !== "" || options.endOfWordSuffix !== "") return;
    for (const [token, id] of vocabulary) if (token.length === 1) this.#single[token.charCodeAt(0)] = id;
  }

  encode(piece: string): readonly number[] {
    if (this.options.ignoreMerges) {
      const whole = this.vocabulary.get(piece);
      if (whole !== undefined) return [whole];
    }
    return this.#merger.merge(this.#symbols(piece));
  }

  wordEnd(piece: string, start: number): number {
    if (this.#reachedOver === null) return piece.length;
    for (let mark = piece.indexOf(MARK, start + 1); mark !== -1; mark = piece.indexOf(MARK, mark + 1)) {
      if (!this.#reachedOver.has(characterBefore(piece, mark))) return mark;
    }
    return piece.length;
  }

  #symbols(piece: string): number[] {
    const { fuseUnknown, continuingSubwordPrefix, endOfWordSuffix } = this.options;
    const ids: number[] = [];
    // The reference holds an unknown character back until it has seen whether the next one is unknown too.
    let held: number | null = null;
    for (let at = 0; at < piece.length; ) {
      const single = this.#single[piece.charCodeAt(at)]!;
      if (single !== NONE) {
        if (held !== null) ids.push(held);
        held = null;
        ids.push(single);
        at++;
        continue;
      }
      const character = String.fromCodePoint(piece.codePointAt(at)!);
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
      const bytes = this.#bytes?.idsOf(symbol) ?? null;
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

function characterBefore(text: string, at: number): string {
  const last = text.charCodeAt(at - 1);
  return last >= 0xdc00 && last <= 0xdfff ? text.slice(at - 2, at) : text.charAt(at - 1);
}

function idOf(vocabulary: ReadonlyMap<string, number>, token: string): number {
  const id = vocabulary.get(token);
  if (id === undefined) throw new Error(`"${token}" of the merges is not in the vocabulary`);
  return id;
}
