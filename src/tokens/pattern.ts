import { SplitPreTokenizer } from "@huggingface/tokenizers";
import { isFields } from "../contract/fields.ts";
import { escapedPattern } from "./characters.ts";

/**
 * A pattern of a tokenizer's file, `{String}` or `{Regex}`, with the flags g and u. The latter is in Oniguruma's
 * syntax, whose classes and escapes mean other things than JavaScript's.
 * @throws Error for a pattern that cannot be said in JavaScript
 */
export function patternOf(value: unknown): RegExp {
  if (isFields(value) && typeof value.String === "string") return new RegExp(escapedPattern(value.String), "gu");
  if (!isFields(value) || typeof value.Regex !== "string") throw new Error("it has a pattern of an unknown kind");
  const split = { type: "Split", pattern: { Regex: value.Regex }, behavior: "Isolated", invert: false } as const;
  const { pattern } = new SplitPreTokenizer(split);
  if (pattern === null) throw new Error(`its pattern ${value.Regex} cannot be read`);
  return pattern;
}
