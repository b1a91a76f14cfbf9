import { expect, test } from "bun:test";
import fc from "fast-check";
import { countPromptTokens, mockText } from "../../src/mock/words.ts";

test.each([
  ["", 0],
  ["   \n\t", 0],
  ["hello", 1],
  [" hang  the\nplumb line ", 4],
  ["don't stop-now", 2],
  ["铅垂线", 3],
  ["a铅b 线", 4],
  ["ひらがな、한국어", 8],
  ["全角　空白", 4],
  ["𝄞 x", 2],
])("%j is %d prompt tokens", (text, tokens) => {
  expect(countPromptTokens(text)).toBe(tokens);
});

test("pieces of the text join to the text, whatever their sizes", () => {
  fc.assert(
    fc.property(fc.nat(100), fc.array(fc.integer({ min: 0, max: 40 })), (from, sizes) => {
      let at = from;
      let joined = "";
      for (const size of sizes) {
        joined += mockText(at, size);
        at += size;
      }
      expect(joined).toBe(mockText(from, at - from));
    }),
  );
});

test("one token is one word, with a space before it", () => {
  const words = Array.from({ length: 31 }, (_, i) => mockText(i, 1));
  expect(words.every((word) => /^ [^\s"\\]+$/.test(word))).toBe(true);
  expect(new Set(words).size).toBe(words.length);
  expect(words.some((word) => /\p{Script=Han}/u.test(word))).toBe(true);
});
