import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { BytePairs } from "../../src/tokens/byte-pairs.ts";
import { loadTokenizer } from "../../src/tokens/counter.ts";

const tokenizer = await loadTokenizer();
const reference = (text: string) => countTokens(text, { disallowedSpecial: new Set() });

describe("a vocabulary made for the test", () => {
  const pairs = new BytePairs(["a", "b", "c", "ab", "bc", "abc", [0xc3], [0xa9]], /[\s\S]+/gu);

  test("merges the lowest rank first and the leftmost of equals", () => {
    expect(pairs.count("abc")).toBe(1);
    // "ab" goes before "bc", so the c is left over where "abc" cannot be reached.
    expect(pairs.count("abbc")).toBe(2);
    expect(pairs.count("abab")).toBe(2);
    // Joining the right one of the two pairs "aa" would reach "aab" and give 2.
    expect(new BytePairs(["a", "b", "aa", "aab"], /[\s\S]+/gu).count("aaab")).toBe(3);
  });

  test("falls back to bytes outside ASCII", () => {
    expect(pairs.count("é")).toBe(2);
    expect(pairs.count("aéb")).toBe(4);
  });

  test("encodes to ranks and decodes them again", () => {
    expect(pairs.encode("abcabé")).toEqual([5, 3, 6, 7]);
    expect(pairs.decode([5, 3, 6, 7])).toBe("abcabé");
    expect(pairs.decode([6])).toBe("\ufffd");
    expect(() => pairs.decode([8])).toThrow(RangeError);
    expect([...pairs.tokenTexts()]).toEqual(["a", "b", "c", "ab", "bc", "abc"]);
  });

  test("says which byte a vocabulary lacks", () => expect(() => pairs.count("d")).toThrow("byte 100"));

  test("an empty text has no tokens", () => expect(pairs.count("")).toBe(0));
});

describe("o200k_base", () => {
  test("counts what the reference counts, whatever the text", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.constantFrom(
        "don't",
        "I'LL",
        "\r\n\r\n",
        "   ",
        "中文字符",
        "ǅungla",
        "e\u0301",
        "\ud83d",
        "😀👩‍👩‍👧",
        "/*--*/\n",
        "1234567",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        // The two characters that JavaScript's \s has wrong; a test of their own has what tiktoken gives.
        const text = pieces.join("").replace(/[\x85\ufeff]/g, "");
        expect(tokenizer.count(text)).toBe(reference(text));
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  test("takes for a space what Unicode does, as tiktoken", () => {
    expect(tokenizer.encode("a \u0085 b\u0085\n")).toEqual([64, 1322, 227, 287, 126, 227, 198]);
    expect(tokenizer.encode("x\ufeff y \ufeff z")).toEqual([87, 5574, 342, 71280, 579]);
  });

  test("decodes what it has encoded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
        expect(tokenizer.encode(text)).toHaveLength(tokenizer.count(text));
      }),
    );
  });

  test("long pieces are counted exactly too", () => {
    for (const unit of ["a", " ", "-", "长句没有空格", "acgtta", "\u0301", "🙂"]) {
      const text = unit.repeat(3000 / unit.length);
      expect(tokenizer.count(text)).toBe(reference(text));
    }
  }, 60_000);

  test("special tokens in a user's text are ordinary text", () => {
    expect(tokenizer.count("<|endoftext|>")).toBeGreaterThan(1);
    expect(tokenizer.count("a<|im_start|>b<|endoftext|>")).toBe(reference("a<|im_start|>b<|endoftext|>"));
  });

  test("time is not quadratic in the length of a piece", () => {
    const seconds = (length: number, unit: string) => {
      const text = unit.repeat(length / unit.length);
      const start = performance.now();
      tokenizer.count(text);
      return (performance.now() - start) / 1000;
    };
    for (const unit of ["a", " ", "中文没有空格"]) {
      seconds(10_000, unit);
      const short = Math.min(seconds(20_000, unit), seconds(20_000, unit));
      // 16 times the length; quadratic time would be 256 times.
      expect(seconds(320_000, unit)).toBeLessThan(short * 100 + 0.1);
    }
  }, 60_000);
});
