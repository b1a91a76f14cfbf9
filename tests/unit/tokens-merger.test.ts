import { expect, test } from "bun:test";
import fc from "fast-check";
import { Merger } from "../../src/tokens/merger.ts";

/** Pairs in order of rank; the pair of rank r becomes symbol 100 + r. */
type Pairs = readonly (readonly [number, number])[];

function rankIn(pairs: Pairs, left: number, right: number): number | undefined {
  const rank = pairs.findIndex(([one, other]) => one === left && other === right);
  return rank === -1 ? undefined : rank;
}

/** By the book: the lowest rank, the leftmost of equals, again and again. */
function merged(symbols: readonly number[], pairs: Pairs): number[] {
  const ids = [...symbols];
  for (;;) {
    const ranks = ids.slice(1).map((right, at) => rankIn(pairs, ids[at]!, right) ?? Number.POSITIVE_INFINITY);
    const lowest = Math.min(...ranks);
    if (lowest === Number.POSITIVE_INFINITY) return ids;
    ids.splice(ranks.indexOf(lowest), 2, 100 + lowest);
  }
}

const symbol = fc.oneof(fc.nat(2), fc.integer({ min: 100, max: 107 }));
const pairs = fc.array(fc.tuple(symbol, symbol), { maxLength: 12 });

test.each([
  ["a word", 0, 12],
  ["a piece about as long as is scanned", 44, 52],
  ["a long piece", 200, 300],
])("%s is merged by the book", (_, minLength, maxLength) => {
  const symbols = fc.array(fc.nat(2), { minLength, maxLength });
  fc.assert(
    fc.property(pairs, fc.array(symbols, { minLength: 1, maxLength: 3 }), (ranked, pieces) => {
      const merger = new Merger({
        rank: (left, right) => rankIn(ranked, left, right),
        merged: (rank) => 100 + rank,
      });
      for (const piece of pieces) expect(merger.merge(piece)).toEqual(merged(piece, ranked));
    }),
  );
});

test("a pair is asked for with its bounds among the symbols", () => {
  const text = "abcab";
  const tokens = ["a", "b", "c", "ab", "cab", "abcab"];
  const merger = new Merger({
    rank: (_left, _right, start, end) => {
      const rank = tokens.indexOf(text.slice(start, end));
      return rank === -1 ? undefined : rank;
    },
    merged: (rank) => rank,
  });
  expect(merger.merge([0, 1, 2, 0, 1])).toEqual([5]);
});
