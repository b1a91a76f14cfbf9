import { PairTable } from "./pair-table.ts";

const NONE = -1;

/** Words with a number each, found by walking a text from unit to unit (UTF-16). */
export class Trie {
  /** Where every walk begins. */
  readonly root = 0;
  readonly #children: PairTable;
  /** By node; NONE where no word ends. */
  readonly #values: Int32Array;

  /** @param words numbers from 0; of equal words the last counts */
  constructor(words: ReadonlyMap<string, number>) {
    let units = 0;
    for (const word of words.keys()) units += word.length;
    this.#children = new PairTable(units);
    this.#values = new Int32Array(units + 1).fill(NONE);
    let nodes = 1;
    for (const [word, value] of words) {
      let node = this.root;
      for (let at = 0; at < word.length; at++) {
        const unit = word.charCodeAt(at);
        const child = this.#children.get(node, unit) ?? nodes++;
        this.#children.set(node, unit, child);
        node = child;
      }
      this.#values[node] = value;
    }
  }

  /** The node behind another one; undefined: no word goes on like that. */
  step(node: number, unit: number): number | undefined {
    return this.#children.get(node, unit);
  }

  /** The number of the word that ends at a node; undefined: none does. */
  valueAt(node: number): number | undefined {
    const value = this.#values[node]!;
    return value === NONE ? undefined : value;
  }

  /** The number of the longest word that stands at a place in a text. */
  longestAt(text: string, start: number): number | undefined {
    let longest: number | undefined;
    let node: number | undefined = this.root;
    for (let at = start; at < text.length; at++) {
      node = this.#children.get(node, text.charCodeAt(at));
      if (node === undefined) break;
      longest = this.valueAt(node) ?? longest;
    }
    return longest;
  }
}
