import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { JsonTokenizer } from "../../src/tokens/json-tokenizer.ts";
import { ENGLISH_WORDS, makeText } from "../../src/tokens/made-text.ts";
import { oneTokenWords } from "../../src/tokens/one-token-words.ts";
import { reference } from "./tokens-fixture.ts";

const none = async () => [];

describe("a tokenizer's own words", () => {
  test.each([
    "byte_level_llama3",
    "byte_level_prefix",
    "fallback_llama2",
    "fallback_gemma",
    "unigram_nfkc",
    "unigram_precompiled",
    "wordpiece_uncased",
    "word_level",
  ])("%s: made text has exactly the wanted tokens", async (name) => {
    const tokenizer = new JsonTokenizer((await reference(name)).tokenizer);
    const count = async (texts: readonly string[]) => texts.map((text) => tokenizer.count(text));
    const words = await oneTokenWords(count, async () => [...tokenizer.tokenTexts()]);
    fc.assert(
      fc.property(fc.nat(600), fc.integer(), (tokens, seed) => {
        expect(tokenizer.count(makeText(tokens, seed, words))).toBe(tokens);
      }),
      { numRuns: 40 },
    );
  });
});

/** Every word is a token, some things apart. */
const odd = (rule: (words: string[]) => number) => async (texts: readonly string[]) =>
  texts.map((text) => text.split(" ").length + rule(text.split(" ")));

test("English words where they do", async () => {
  expect(
    await oneTokenWords(
      odd(() => 0),
      none,
    ),
  ).toEqual([...ENGLISH_WORDS]);
});

test("a word that is two tokens where a text begins is left out", async () => {
  const words = await oneTokenWords(
    odd(([first]) => (first === "bring" ? 1 : 0)),
    none,
  );
  expect(words).toHaveLength(ENGLISH_WORDS.length - 1);
  expect(words).not.toContain("bring");
});

test("a word that is two tokens inside a text is left out", async () => {
  const words = await oneTokenWords(
    odd((all) => all.slice(1).filter((word) => word === "apple" || word === "zero").length),
    none,
  );
  expect(words).toEqual(ENGLISH_WORDS.filter((word) => word !== "apple" && word !== "zero"));
});

test("words that join with a neighbour are left out", async () => {
  // Every word with an x joins with whatever word follows it, itself apart.
  const joins = (all: string[]) =>
    -all.filter((word, at) => word.includes("x") && at + 1 < all.length && all[at + 1] !== word).length;
  const words = await oneTokenWords(odd(joins), none);
  expect(words.length).toBeGreaterThan(100);
  expect(words.filter((word) => word.includes("x")).length).toBeLessThan(2);
});

test("too few words are refused, with what to do", () => {
  const never = async (texts: readonly string[]) => texts.map(() => 7);
  expect(oneTokenWords(never, async () => ["only", "these"])).rejects.toThrow("0 words that are one token each");
});
