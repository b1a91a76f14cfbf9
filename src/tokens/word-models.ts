import type { Model } from "./model.ts";

export interface WordPieceOptions {
  vocabulary: ReadonlyMap<string, number>;
  unknownToken: string;
  continuingSubwordPrefix: string;
  /** In code points; a longer word is unknown. */
  longestWord: number;
}

/** The longest token first, again and again; a word that cannot be used up is unknown. */
export class WordPieceModel implements Model {
  readonly vocabulary: ReadonlyMap<string, number>;
  readonly #unknown: number;

  constructor(readonly options: WordPieceOptions) {
    this.vocabulary = options.vocabulary;
    this.#unknown = unknownId(options.vocabulary, options.unknownToken);
  }

  encode(piece: string): readonly number[] {
    const { longestWord, continuingSubwordPrefix } = this.options;
    const characters = Array.from(piece);
    if (characters.length > longestWord) return [this.#unknown];
    const ids: number[] = [];
    for (let start = 0; start < characters.length; ) {
      const prefix = start === 0 ? "" : continuingSubwordPrefix;
      let end = characters.length;
      let id = this.vocabulary.get(prefix + characters.slice(start, end).join(""));
      while (id === undefined && --end > start) {
        id = this.vocabulary.get(prefix + characters.slice(start, end).join(""));
      }
      if (id === undefined) return [this.#unknown];
      ids.push(id);
      start = end;
    }
    return ids;
  }
}

/** Every piece is a token or unknown. */
export class WordLevelModel implements Model {
  readonly #unknown: number;

  constructor(
    readonly vocabulary: ReadonlyMap<string, number>,
    unknownToken: string,
  ) {
    this.#unknown = unknownId(vocabulary, unknownToken);
  }

  encode(piece: string): readonly number[] {
    return [this.vocabulary.get(piece) ?? this.#unknown];
  }
}

function unknownId(vocabulary: ReadonlyMap<string, number>, token: string): number {
  const id = vocabulary.get(token);
  if (id === undefined) throw new Error(`the token for unknown text, "${token}", is not in the vocabulary`);
  return id;
}
