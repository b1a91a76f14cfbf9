import { escapedPattern } from "./characters.ts";

/** Graphemes of more bytes are only looked up character by character. */
const LONGEST_GRAPHEME = 6;
const MOST_KNOWN = 20_000;
/** What may be more than one grapheme of one ASCII character: other characters join with those before and behind them. */
const JOINING = "(?:[\\x00-\\x7f]?[^\\x00-\\x7f]+)+[\\x00-\\x7f]?|\\r\\n";
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/**
 * SentencePiece's table of replacements, compiled into a double-array trie (Darts), as the reference walks it: the
 * shortest entry that a grapheme begins with replaces the grapheme.
 */
export class Charsmap {
  readonly #units: Uint32Array;
  readonly #replacements: Buffer;
  readonly #graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
  /** The parts of a text that may change. */
  readonly #changing: RegExp;
  readonly #known = new Map<string, string>();

  /** @param base64 a length in bytes, that many bytes of trie, then replacements, each with a NUL behind it */
  constructor(base64: string) {
    const bytes = Buffer.from(base64, "base64");
    const length = bytes.readUInt32LE(0);
    this.#units = Uint32Array.from({ length: length / 4 }, (_, at) => bytes.readUInt32LE(4 + 4 * at));
    this.#replacements = bytes.subarray(4 + length);
    const ascii = ASCII.filter((character) => this.#grapheme(character) !== character).map(escapedPattern);
    this.#changing = new RegExp([JOINING, ...ascii].join("|"), "g");
  }

  normalize(text: string): string {
    return text.replace(this.#changing, (part) => this.#slowly(part));
  }

  /** Finding graphemes costs up to a microsecond each. */
  #slowly(text: string): string {
    let normalized = "";
    for (const { segment } of this.#graphemes.segment(text)) {
      const known = this.#known.get(segment);
      normalized += known ?? this.#learnt(segment);
    }
    return normalized;
  }

  #learnt(grapheme: string): string {
    const normalized = this.#grapheme(grapheme);
    if (this.#known.size < MOST_KNOWN) this.#known.set(grapheme, normalized);
    return normalized;
  }

  #grapheme(grapheme: string): string {
    if (Buffer.byteLength(grapheme) < LONGEST_GRAPHEME) {
      const replacement = this.#replacement(grapheme);
      if (replacement !== null) return replacement;
    }
    return Array.from(grapheme, (character) => this.#replacement(character) ?? character).join("");
  }

  #replacement(text: string): string | null {
    let unit = this.#units[0]!;
    let node = offset(unit);
    for (const byte of Buffer.from(text, "utf8")) {
      if (byte === 0) return null;
      node ^= byte;
      unit = this.#units[node] ?? 0;
      if (label(unit) !== byte) return null;
      node ^= offset(unit);
      if (hasLeaf(unit)) return this.#at(this.#units[node]! & 0x7fffffff);
    }
    return null;
  }

  #at(start: number): string {
    const end = this.#replacements.indexOf(0, start);
    return this.#replacements.toString("utf8", start, end === -1 ? undefined : end);
  }
}

// The fields of a unit of the double array, as Darts packs them.
const label = (unit: number): number => (unit & 0x800000ff) >>> 0;
const offset = (unit: number): number => (unit >>> 10) << ((unit & 0x200) >>> 6);
const hasLeaf = (unit: number): boolean => (unit & 0x100) !== 0;
