import { expect, test } from "bun:test";
import { addedTokensOf } from "../../src/tokens/added-tokens.ts";
import { JsonTokenizer } from "../../src/tokens/json-tokenizer.ts";

const added = [
  { content: "<L>", lstrip: true, special: true },
  { content: "<R>", rstrip: true, special: true },
  { content: "<Both>", lstrip: true, rstrip: true, normalized: false },
  { content: "ONE", single_word: true, normalized: false },
  { content: "ONETWO", normalized: false },
  { content: "Norm", normalized: true },
  { content: "aa", normalized: false },
  { content: "aab", normalized: false },
].map((token, index) => ({ id: 4 + index, ...token }));

/** Every character is a token. */
const tokenizer = new JsonTokenizer({
  added_tokens: added,
  normalizer: { type: "Lowercase" },
  pre_tokenizer: { type: "Split", pattern: { Regex: "." }, behavior: "Isolated", invert: false },
  model: { type: "WordLevel", vocab: { a: 0, b: 1, "?": 2, " ": 3 }, unk_token: "?" },
});

// The ids are those of the `tokenizers` library, 0.23.3.
test.each([
  ["a <L> b", [0, 4, 3, 1]],
  ["a <R>  b", [0, 3, 5, 1]],
  ["a  <Both>  b", [0, 6, 1]],
  ["<L><R>", [4, 5]],
  ["<R>  <L>", [5, 4]],
  [" <Both> ", [6]],
  ["a ONE b", [0, 3, 7, 3, 1]],
  ["aONE b", [0, 2, 2, 2, 3, 1]],
  ["ONEa", [2, 2, 2, 0]],
  ["ONETWO", [8]],
  ["ONETW", [2, 2, 2, 2, 2]],
  ["é ONE, ONE_ ONE\u0301", [2, 3, 7, 2, 3, 2, 2, 2, 2, 3, 2, 2, 2, 2]],
  ["norm NORM nORm b", [9, 3, 9, 3, 9, 3, 1]],
  ["aab", [11]],
  ["aaab", [10, 0, 1]],
  ["aaa", [10, 0]],
])("%s", (text, ids) => expect(tokenizer.encode(text)).toEqual(ids));

test("a file without added tokens has none; an entry must be whole", () => {
  expect(addedTokensOf(null)).toEqual([]);
  expect(() => addedTokensOf([{ id: 1, content: "" }])).toThrow("no id or no content");
  expect(() => addedTokensOf({})).toThrow("not a list");
});
