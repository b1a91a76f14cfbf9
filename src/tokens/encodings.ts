import { modelToEncodingMap } from "gpt-tokenizer/mapping";
import { withUnicodeSpaces } from "./characters.ts";

/** Names of the embedded vocabularies. Special tokens apart, other names of OpenAI's are one of these. */
export type EncodingName = "o200k_base" | "cl100k_base" | "p50k_base" | "r50k_base";

const ALIASES: Record<string, EncodingName> = {
  o200k_base: "o200k_base",
  o200k_harmony: "o200k_base",
  cl100k_base: "cl100k_base",
  p50k_base: "p50k_base",
  p50k_edit: "p50k_base",
  r50k_base: "r50k_base",
  gpt2: "r50k_base",
};

/** OpenAI's models since 2024, with what may follow: `gpt-4o-mini`, `gpt-5.1`. The library's map has the older ones. */
const O200K_MODELS = /^(?:gpt-(?:4o|4\.[15]|5|oss)|chatgpt-4o|o[134])(?![a-z\d])/;

/** The encoding of that name, or of OpenAI's model of that name; null for neither. */
export function encodingOf(name: string): EncodingName | null {
  if (O200K_MODELS.test(name)) return "o200k_base";
  const encoding = Object.hasOwn(modelToEncodingMap, name) ? modelToEncodingMap[name as keyof object] : name;
  return Object.hasOwn(ALIASES, encoding) ? ALIASES[encoding]! : null;
}

/** How an encoding cuts a text, before pairs are merged. */
export async function splitterOf(name: EncodingName): Promise<RegExp> {
  const patterns = await import("gpt-tokenizer/encodingParams/constants");
  switch (name) {
    case "o200k_base":
      return withUnicodeSpaces(patterns.O200K_TOKEN_SPLIT_REGEX);
    case "cl100k_base":
      return withUnicodeSpaces(patterns.CL100K_TOKEN_SPLIT_REGEX);
    default:
      return withUnicodeSpaces(patterns.R50K_TOKEN_SPLIT_REGEX);
  }
}
