import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { JsonTokenizer } from "../../src/tokens/json-tokenizer.ts";
import { reference, referenceNames, referenceTexts } from "./tokens-fixture.ts";

const texts = await referenceTexts();
const references = await Promise.all(
  referenceNames.map(async (name) => {
    const { tokenizer, ...expected } = await reference(name);
    return { name, file: tokenizer, tokenizer: new JsonTokenizer(tokenizer), ...expected };
  }),
);

test("there are tokenizers of every family, and texts of many scripts", () => {
  const models = references.map(({ file }) => (file.model as { type: string }).type);
  expect(new Set(models)).toEqual(new Set(["BPE", "Unigram", "WordPiece", "WordLevel"]));
  expect(texts).toHaveLength(200);
});

describe.each(references)("$name", ({ tokenizer, ids, surrounding }) => {
  test("gives the reference's tokens", () => {
    for (const [index, text] of texts.entries()) expect([text, tokenizer.encode(text)]).toEqual([text, ids[index]!]);
  });

  test("counts what it encodes", () => {
    for (const [index, text] of texts.entries()) expect(tokenizer.count(text)).toBe(ids[index]!.length);
    expect(tokenizer.surrounding).toBe(surrounding);
  });

  test("takes any text", () => {
    const hostile = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(hostile, (text) => {
        expect(tokenizer.encode(text)).toHaveLength(tokenizer.count(text));
      }),
      { numRuns: 50 },
    );
    expect(() => tokenizer.count("half of \ud83d a pair")).not.toThrow();
  });

  test("time is not quadratic in the length of a text", () => {
    const seconds = (length: number) => {
      const text = "words and words, ".repeat(length / 17);
      const start = performance.now();
      tokenizer.count(text);
      return (performance.now() - start) / 1000;
    };
    seconds(10_000);
    const short = Math.min(seconds(10_000), seconds(10_000));
    // 16 times the length; quadratic time would be 256 times.
    expect(seconds(160_000)).toBeLessThan(short * 100 + 0.2);
  }, 30_000);
});

test("byte-level tokens decode to what was encoded, special ones among them", () => {
  const { tokenizer } = references.find(({ name }) => name === "byte_level_llama3")!;
  for (const text of texts) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  expect(() => tokenizer.decode([1_000_000])).toThrow(RangeError);
});

test("marks for spaces decode to spaces", () => {
  const { tokenizer } = references.find(({ name }) => name === "fallback_mistral")!;
  expect(tokenizer.decode(tokenizer.encode("a b c"))).toBe("a b c");
});

test("a vocabulary whose merges reach over a space is not cut there", () => {
  const vocab = Object.fromEntries(["▁", "a", "b", "▁b", "a▁b"].map((token, id) => [token, id]));
  const merges = ["▁ b", "a ▁b"];
  const replace = { type: "Replace", pattern: { String: " " }, content: "▁" };
  const tokenizer = new JsonTokenizer({ normalizer: replace, model: { type: "BPE", vocab, merges } });
  expect(tokenizer.encode("a b")).toEqual([4]);
  expect(tokenizer.encode("b b")).toEqual([2, 3]);
});

describe("a file that cannot be used", () => {
  const { file } = references.find(({ name }) => name === "byte_level_gpt2")!;
  const model = file.model as object;
  test.each([
    ["no object", [], "no JSON object"],
    ["no model", {}, "no model"],
    ["a model of another kind", { model: { type: "Other" } }, "Other"],
    ["a model without vocabulary", { model: { type: "BPE", merges: [] } }, "no vocabulary"],
    ["a merge of unknown tokens", { model: { ...model, merges: ["nope nope"] } }, '"nope" of the merges'],
    ["a merge that is no pair", { model: { ...model, merges: ["a b c"] } }, "merge 0"],
    ["a normalizer of another kind", { ...file, normalizer: { type: "Other" } }, "normalizer Other"],
    ["a pre-tokenizer of another kind", { ...file, pre_tokenizer: { type: "Other" } }, "pre_tokenizer Other"],
    ["a pattern that is none", { ...file, normalizer: { type: "Replace", pattern: 1 } }, "pattern"],
    ["an added token without id", { ...file, added_tokens: [{ content: "x" }] }, "added_tokens"],
    ["an unknown token that is none", { model: { type: "WordLevel", vocab: { a: 0 }, unk_token: "?" } }, '"?"'],
  ])("%s", (_, value, message) => expect(() => new JsonTokenizer(value)).toThrow(message));
});
