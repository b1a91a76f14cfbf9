import type { Tokens } from "../contract/api.ts";
import { BytePairs } from "./byte-pairs.ts";
import { makeText } from "./made-text.ts";

/** Counts tokens and makes text of a wanted count. Counting costs about a microsecond a token. */
export interface Tokenizer extends Tokens {
  /** Exactly `count` tokens of text, none for 0; the same seed makes the same text. */
  makeText(count: number, seed: number): string;
}

let loading: Promise<Tokenizer> | null = null;

/**
 * The embedded tokenizer, o200k_base. Its vocabulary takes up to half a second and 80 MB to load, once: ask only when
 * a count is needed.
 */
export function loadTokenizer(): Promise<Tokenizer> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Tokenizer> {
  const [{ default: vocabulary }, { O200K_TOKEN_SPLIT_REGEX }] = await Promise.all([
    import("gpt-tokenizer/bpeRanks/o200k_base"),
    import("gpt-tokenizer/encodingParams/constants"),
  ]);
  const pairs = new BytePairs(vocabulary, O200K_TOKEN_SPLIT_REGEX);
  return { count: (text) => pairs.count(text), makeText };
}
