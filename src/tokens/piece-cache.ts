/** Longer pieces hardly ever come twice. */
const LONGEST = 64;
/** About 20 MB of words; a corpus with more of them begins anew. */
const MOST = 100_000;

/** Ids of the pieces seen before: words come again and again, and looking one up costs a tenth of making it. */
export class PieceCache {
  readonly #ids = new Map<string, readonly number[]>();

  constructor(readonly make: (piece: string) => readonly number[]) {}

  get(piece: string): readonly number[] {
    const known = this.#ids.get(piece);
    if (known !== undefined) return known;
    const ids = this.make(piece);
    if (piece.length <= LONGEST) {
      if (this.#ids.size === MOST) this.#ids.clear();
      this.#ids.set(copied(piece), ids);
    }
    return ids;
  }
}

/** A part of a string keeps the whole of it in memory: a word would hold the text that it was first seen in. */
function copied(piece: string): string {
  return Buffer.from(piece, "utf16le").toString("utf16le");
}
