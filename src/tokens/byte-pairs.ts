import { Merger } from "./merger.ts";
import { PieceCache } from "./piece-cache.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A vocabulary in order of rank: text where the token is valid UTF-8, else its bytes; nothing where a rank is free. */
export type Ranks = readonly (string | readonly number[] | undefined)[];

const ASCII = /^[\x00-\x7f]*$/;

/**
 * Byte pairs as tiktoken merges them: any two parts that make a token together may join, the lower its rank the sooner.
 * Bytes are held as strings of the characters 0 to 255, which a Map can look up.
 */
export class BytePairs implements Tokenizer {
  readonly surrounding = 0;
  readonly #ranks = new Map<string, number>();
  readonly #tokens: string[] = [];
  readonly #splitter: RegExp;
  readonly #pieces = new PieceCache((piece) => this.#piece(piece));
  /** Of the piece that is being merged. */
  #bytes = "";
  readonly #merger = new Merger({
    rank: (_left, _right, start, end) => this.#ranks.get(this.#bytes.slice(start, end)),
    merged: (rank) => rank,
  });

  /** @param splitter finds the pieces that no token crosses; every character of a text must fall into one */
  constructor(vocabulary: Ranks, splitter: RegExp) {
    this.#splitter = splitter;
    vocabulary.forEach((token, rank) => {
      if (token === undefined) return;
      const bytes = typeof token === "string" ? utf8(token) : String.fromCharCode(...token);
      this.#ranks.set(bytes, rank);
      this.#tokens[rank] = bytes;
    });
  }

  /** Tokens in a text. The names of special tokens are text like any other. */
  count(text: string): number {
    let tokens = 0;
    for (const piece of this.#split(text)) tokens += this.#pieces.count(piece);
    return tokens;
  }

  encode(text: string): number[] {
    const ids: number[] = [];
    for (const piece of this.#split(text)) this.#pieces.append(ids, piece);
    return ids;
  }

  decode(ids: readonly number[]): string {
    let bytes = "";
    for (const id of ids) {
      const token = this.#tokens[id];
      if (token === undefined) throw new RangeError(`${id} is no token of this vocabulary`);
      bytes += token;
    }
    return Buffer.from(bytes, "latin1").toString("utf8");
  }

  *tokenTexts(): Iterable<string> {
    for (const token of this.#ranks.keys()) {
      const text = Buffer.from(token, "latin1").toString("utf8");
      if (!text.includes("\ufffd")) yield text;
    }
  }

  #split(text: string): readonly string[] {
    // A global match has its position inside, and sets it to 0 by itself.
    return text.match(this.#splitter) ?? [];
  }

  #piece(piece: string): readonly number[] {
    const bytes = utf8(piece);
    const whole = this.#ranks.get(bytes);
    if (whole !== undefined) return [whole];
    this.#bytes = bytes;
    return this.#merger.merge(Array.from(bytes, (byte) => this.#rankOfByte(byte)));
  }

  #rankOfByte(byte: string): number {
    const rank = this.#ranks.get(byte);
    if (rank === undefined) throw new Error(`the vocabulary has no token for byte ${byte.charCodeAt(0)}`);
    return rank;
  }
}

function utf8(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}
