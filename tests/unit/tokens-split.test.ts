import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type SplitBehavior, splitText } from "../../src/tokens/split.ts";

const BEHAVIORS: SplitBehavior[] = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"];

// The reference's own example.
const text = "the-final--countdown";
test.each([
  ["Removed", ["the", "final", "countdown"]],
  ["Isolated", ["the", "-", "final", "-", "-", "countdown"]],
  ["MergedWithPrevious", ["the-", "final-", "-", "countdown"]],
  ["MergedWithNext", ["the", "-final", "-", "-countdown"]],
  ["Contiguous", ["the", "-", "final", "--", "countdown"]],
] as [SplitBehavior, string[]][])("%s", (behavior, pieces) => expect(splitText(text, /-/g, behavior)).toEqual(pieces));

test("inverted, the words are the matches", () => {
  expect(splitText(text, /[a-z]+/g, "Removed", true)).toEqual(["the", "final", "countdown"]);
  expect(splitText("a--b", /-/g, "Isolated", true)).toEqual(["a", "-", "-", "b"]);
});

describe("whatever the text", () => {
  test.each(BEHAVIORS)("%s loses nothing that it should keep", (behavior) => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "b", "-", "é", "👍") }), fc.boolean(), (any, invert) => {
        const pieces = splitText(any, /-/gu, behavior, invert);
        const kept = behavior === "Removed" ? any.replace(invert ? /[^-]/gu : /-/gu, "") : any;
        expect(pieces.join("")).toBe(kept);
        expect(pieces).not.toContain("");
      }),
    );
  });
});

test("a match of nothing is a place to cut", () => {
  expect(splitText("aBcD", /(?=[A-Z])/g, "Isolated")).toEqual(["a", "Bc", "D"]);
});
