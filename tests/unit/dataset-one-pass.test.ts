import { expect, test } from "bun:test";
import { UserError } from "../../src/config/user-error.ts";
import type { DatasetPlugin } from "../../src/contract/dataset.ts";
import type { LooseInput } from "../../src/contract/input.ts";
import { charactersIn, textsOf } from "../../src/dataset/input-texts.ts";
import { onePass } from "../../src/dataset/one-pass.ts";
import { FileSource } from "../../src/dataset/source.ts";
import { sampleInputs, sampleParams } from "../../src/registry/sample-inputs.ts";

const params = sampleParams({ minPromptLength: 2 });
const of = (plugin: Partial<DatasetPlugin>) =>
  onePass({ name: "mine", buildMessages: () => [], ...plugin }, params, new FileSource());

test("each item once, fitted to the template, with what a run makes of its length", async () => {
  const seen = await Array.fromAsync(of({ buildMessages: () => ["ab", "a"] }));
  expect(seen).toEqual([
    { input: { kind: "messages", messages: [{ role: "user", content: "ab" }] }, allowed: true },
    { input: { kind: "messages", messages: [{ role: "user", content: "a" }] }, allowed: false },
  ]);
  const own = await Array.fromAsync(of({ buildMessages: () => ["a"], ownLengths: true }));
  expect(own.map(({ allowed }) => allowed)).toEqual([true]);
});

test("a failure names the dataset and the item, and lets go of the data", async () => {
  let ended = false;
  function* failing(): Generator<LooseInput> {
    try {
      yield "ab";
      throw new Error("out of ink");
    } finally {
      ended = true;
    }
  }
  const error = await Array.fromAsync(of({ buildMessages: failing })).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect((error as Error).message).toBe("dataset mine failed after item 1: out of ink");
  expect(ended).toBe(true);
  ended = false;
  function* endless(): Generator<LooseInput> {
    try {
      for (;;) yield "ab";
    } finally {
      ended = true;
    }
  }
  for await (const _ of of({ buildMessages: endless })) break;
  expect(ended).toBe(true);
  const wrong = Array.fromAsync(of({ buildMessages: () => [5 as unknown as string] }));
  await expect(wrong).rejects.toThrow("item 1 of dataset mine is 5");
});

test("texts and images of every kind of input, whatever a body holds", () => {
  const found = sampleInputs().map((input) => textsOf(input));
  expect(found.map(({ texts }) => texts)).toEqual([
    ["How far is the moon?"],
    ["Be brief.", "What is this?"],
    ["Weather?", "rain"],
    ['Say "hi" — 你好 😀\n'],
    [],
    ["one", "two"],
    ["moon", "It orbits the earth.", "Cheese is made of milk."],
    ["Hi", "And?"],
    ["Hi"],
  ]);
  expect(found.map(({ images }) => images)).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0]);
  for (const messages of [[null], [5], [{ content: 5 }], [{ content: [{ type: "text" }] }], "text"]) {
    expect(textsOf({ kind: "raw", body: { messages } }).texts).toEqual([]);
  }
  expect(textsOf({ kind: "raw", body: { input: ["a", 5] } }).texts).toEqual(["a"]);
  expect(charactersIn(["a😀", "中"])).toBe(3);
});
