import { openTokenizer } from "./open-tokenizer.ts";
import type { Tokenizer } from "./tokenizer.ts";

let loading: Promise<Tokenizer> | null = null;

/**
 * The embedded tokenizer, o200k_base. Its vocabulary takes up to half a second and 80 MB to load, once: ask only when
 * a count is needed.
 */
export function loadTokenizer(): Promise<Tokenizer> {
  loading ??= openTokenizer({ kind: "encoding", name: "o200k_base" });
  return loading;
}
