import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { countTokens, encode } from "gpt-tokenizer/encoding/o200k_base";
import { makeText } from "../../src/tokens/made-text.ts";

describe("makeText", () => {
  test("every word is one token, first or later", () => {
    const words = new Set(makeText(50_000, 1).split(" "));
    expect(words.size).toBe(512);
    for (const word of words) {
      expect(encode(word)).toHaveLength(1);
      expect(encode(` ${word}`)).toHaveLength(1);
    }
  });

  test("has exactly the wanted tokens when counted again", () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.integer(), (count, seed) => {
        expect(countTokens(makeText(count, seed))).toBe(count);
      }),
    );
    expect(makeText(0, 1)).toBe("");
    expect(countTokens(makeText(100_000, 3))).toBe(100_000);
  });

  test("another salt makes other text of the same length", () => {
    const texts = [0, 1, 2, 2 ** 32 - 1].map((salt) => makeText(50, 3, undefined, salt));
    expect(new Set(texts).size).toBe(4);
    expect(texts[0]).toBe(makeText(50, 3));
    for (const text of texts) expect(countTokens(text)).toBe(50);
  });

  test("the seed decides the text", () => {
    expect(makeText(100, 5)).toBe(makeText(100, 5));
    expect(new Set(Array.from({ length: 1000 }, (_, seed) => makeText(20, seed))).size).toBe(1000);
  });

  test("refuses a count that is none", () => {
    for (const count of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => makeText(count, 0)).toThrow(RangeError);
    }
  });
});
