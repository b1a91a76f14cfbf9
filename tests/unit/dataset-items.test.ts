import { afterAll, describe, expect, test } from "bun:test";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import embedding from "../../plugins/dataset/embedding.ts";
import embeddingBatch from "../../plugins/dataset/embedding_batch.ts";
import randomEmbedding from "../../plugins/dataset/random_embedding.ts";
import randomEmbeddingBatch from "../../plugins/dataset/random_embedding_batch.ts";
import randomRerank from "../../plugins/dataset/random_rerank.ts";
import rerank from "../../plugins/dataset/rerank.ts";
import { dataFile, itemsOf, jsonLines, removeData } from "./dataset-fixture.ts";

afterAll(removeData);

describe("embedding", () => {
  test.each([
    ["texts.txt", 'a\n\n b \n{"text":"c"}\n', ["a", "b", '{"text":"c"}']],
    ["texts.jsonl", jsonLines({ text: "a" }, { input: "b" }, { sentence: "c" }, { content: "d" }, "e"), [..."abcde"]],
    ["texts.json", JSON.stringify([{ text: "", content: "a" }, "b"]), ["a", "b"]],
  ])("reads %s", async (name, text, texts) => {
    const items = await itemsOf(embedding, { datasetPath: dataFile(name, text) });
    expect(items).toEqual(texts.map((one) => ({ kind: "texts", texts: [one] })));
  });

  test("batches of eight, or as asked; the last has the rest", async () => {
    const datasetPath = dataFile("many.txt", Array.from({ length: 10 }, (_, index) => `t${index}`).join("\n"));
    const sizes = async (given: object) =>
      ((await itemsOf(embeddingBatch, { datasetPath, ...given })) as { texts: string[] }[]).map(
        ({ texts }) => texts.length,
      );
    expect(await sizes({})).toEqual([8, 2]);
    expect(await sizes({ datasetArgs: { batch_size: 4 } })).toEqual([4, 4, 2]);
    await expect(sizes({ datasetArgs: { batch_size: 0 } })).rejects.toThrow("batch_size must be a whole number from 1");
  });

  test("a record without a text is refused by line", async () => {
    const datasetPath = dataFile("bad.jsonl", jsonLines({ text: "a" }, { title: "b" }));
    await expect(itemsOf(embedding, { datasetPath })).rejects.toThrow(`${datasetPath}:2 has no text, input, `);
  });
});

describe("random_embedding", () => {
  const texts = async (plugin: typeof randomEmbedding, given: object, count = 20) =>
    ((await itemsOf(plugin, given, count)) as { texts: string[] }[]).map(({ texts }) => texts);

  test("texts of --input-len tokens, one or eight a request", async () => {
    const one = await texts(randomEmbedding, { inputLen: 33 });
    expect(one.every((batch) => batch.length === 1 && countTokens(batch[0]!) === 33)).toBe(true);
    const batches = await texts(randomEmbeddingBatch, { inputLen: 5 });
    expect(batches.every((batch) => batch.length === 8)).toBe(true);
    expect(new Set(batches.flat()).size).toBe(160);
  });

  test("lengths between the bounds that are given, all of them in time", async () => {
    const bounds = { minPromptLength: 3, maxPromptLength: 6, given: ["minPromptLength", "maxPromptLength"] };
    const lengths = (await texts(randomEmbedding, bounds, 200)).map(([text]) => countTokens(text!));
    expect([...new Set(lengths)].sort()).toEqual([3, 4, 5, 6]);
  });

  test("the seed decides them all", async () => {
    const first = await texts(randomEmbedding, { inputLen: 8 });
    expect(await texts(randomEmbedding, { inputLen: 8, seed: 0 })).toEqual(first);
    for (const seed of [1, 2 ** 31, 2 ** 32 - 1]) {
      const others = await texts(randomEmbedding, { inputLen: 8, seed });
      expect(new Set([...first, ...others].flat()).size).toBe(40);
    }
  });
});

describe("rerank", () => {
  test("documents, passages or texts; texts or objects with one", async () => {
    const datasetPath = dataFile(
      "pairs.jsonl",
      jsonLines(
        { query: " q ", documents: ["a", { text: "b" }] },
        { query: "q", passages: ["c"] },
        { query: "q", documents: [], texts: ["d"] },
      ),
    );
    expect(await itemsOf(rerank, { datasetPath })).toEqual([
      { kind: "rerank", query: "q", documents: ["a", "b"] },
      { kind: "rerank", query: "q", documents: ["c"] },
      { kind: "rerank", query: "q", documents: ["d"] },
    ]);
  });

  test.each([
    { documents: ["a"] },
    { query: "q" },
    { query: "q", documents: [] },
    { query: "q", documents: [5] },
    { query: "q", documents: "a" },
  ])("%j is refused by line", async (record) => {
    const datasetPath = dataFile("bad-pairs.jsonl", jsonLines({ query: "q", texts: ["a"] }, record));
    await expect(itemsOf(rerank, { datasetPath })).rejects.toThrow(`${datasetPath}:2`);
  });
});

test("random_rerank: ten documents of five times the query's tokens, or as asked", async () => {
  const [made] = (await itemsOf(randomRerank, { inputLen: 6 }, 1)) as { query: string; documents: string[] }[];
  expect(countTokens(made!.query)).toBe(6);
  expect(made!.documents.map((text) => countTokens(text))).toEqual(new Array(10).fill(30));
  const datasetArgs = { num_documents: 2, document_length_ratio: 0.5 };
  const [other] = (await itemsOf(randomRerank, { inputLen: 6, datasetArgs }, 1)) as { documents: string[] }[];
  expect(other!.documents.map((text) => countTokens(text))).toEqual([3, 3]);
  await expect(itemsOf(randomRerank, { datasetArgs: { document_length_ratio: 0 } }, 1)).rejects.toThrow("above 0");
});
