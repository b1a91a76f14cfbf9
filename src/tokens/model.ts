/** What makes ids of the pieces that a pre-tokenizer leaves. */
export interface Model {
  /** The ids of one piece, which is never empty. */
  encode(piece: string): readonly number[];
  /**
   * Where the word ends that begins at a place in a piece, if a piece may be cut there without changing anything: a word
   * by itself is short, and often seen before.
   */
  wordEnd?(piece: string, start: number): number;
  /** The id of every token, in the letters of the vocabulary. */
  readonly vocabulary: ReadonlyMap<string, number>;
}

/** The name of the token that stands for a byte outside the vocabulary. */
function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** The tokens of a vocabulary that stand for bytes. */
export class ByteTokens {
  /** By byte. */
  readonly #ids: readonly (number | undefined)[];

  constructor(vocabulary: ReadonlyMap<string, number>) {
    this.#ids = Array.from({ length: 256 }, (_, byte) => vocabulary.get(byteToken(byte)));
  }

  /** Ids of a text's bytes; null where one of them has none. */
  idsOf(text: string): number[] | null {
    const ids: number[] = [];
    for (const byte of Buffer.from(text, "utf8")) {
      const id = this.#ids[byte];
      if (id === undefined) return null;
      ids.push(id);
    }
    return ids;
  }
}
