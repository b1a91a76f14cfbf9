import { expect, test } from "bun:test";
import { charactersIn, textsOf } from "../../src/dataset/input-texts.ts";
import { sampleInputs } from "../../src/registry/sample-inputs.ts";

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
