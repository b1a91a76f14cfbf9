/** What makes ids of the pieces that a pre-tokenizer leaves. */
export interface Model {
  /** The ids of one piece, which is never empty. */
  encode(piece: string): readonly number[];
  /** A piece cut further where that changes nothing: a word by itself is short, and often seen before. */
  words?(piece: string): string[];
  /** The id of every token, in the letters of the vocabulary. */
  readonly vocabulary: ReadonlyMap<string, number>;
}

/** The name of the token that stands for a byte outside the vocabulary. */
function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** Ids of the tokens that stand for a text's bytes; null where one of them has none. */
export function byteIds(text: string, vocabulary: ReadonlyMap<string, number>): number[] | null {
  const ids: number[] = [];
  for (const byte of Buffer.from(text, "utf8")) {
    const id = vocabulary.get(byteToken(byte));
    if (id === undefined) return null;
    ids.push(id);
  }
  return ids;
}
