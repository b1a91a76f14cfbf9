import { expect, test } from "bun:test";
import fc from "fast-check";
import { PieceCache } from "../../src/tokens/piece-cache.ts";

/** A number a unit, so that wrong ids show. */
const unitsOf = (piece: string) => Array.from({ length: piece.length }, (_, at) => piece.charCodeAt(at));

function appended(cache: PieceCache, text: string, start?: number, end?: number): number[] {
  const ids = [7];
  cache.append(ids, text, start, end);
  return ids;
}

test("gives what was made, wherever in a text a piece stands, and makes a short one once", () => {
  const made = new Map<string, number>();
  const cache = new PieceCache((piece) => {
    made.set(piece, (made.get(piece) ?? 0) + 1);
    return unitsOf(piece);
  });
  const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "中", "😀", "\0"), maxLength: 100 });
  fc.assert(
    fc.property(text, fc.nat(100), fc.nat(100), (whole, one, other) => {
      const [start, end] = [Math.min(one, other, whole.length), Math.min(Math.max(one, other), whole.length)];
      const ids = unitsOf(whole.slice(start, end));
      expect(appended(cache, whole, start, end)).toEqual([7, ...ids]);
      expect(cache.count(whole, start, end)).toBe(ids.length);
      expect(appended(cache, whole)).toEqual([7, ...unitsOf(whole)]);
    }),
  );
  for (const [piece, times] of made) if (piece.length <= 64) expect([piece, times]).toEqual([piece, 1]);
});

test("a piece of very many ids is right too", () => {
  const cache = new PieceCache((piece) => new Array<number>(100 * piece.length).fill(5));
  for (let round = 0; round < 2; round++) {
    expect(cache.count("abc")).toBe(300);
    expect(appended(cache, "ab")).toHaveLength(201);
  }
});

test.each([
  ["short", 0],
  ["long", 40],
])("more %s pieces than there is room for are right all the same", (_, padding) => {
  let made = 0;
  const cache = new PieceCache((piece) => {
    made++;
    return unitsOf(piece);
  });
  const pieceOf = (number: number) => `${number}`.padStart(padding, "x");
  for (let number = 0; number < 300_000; number++) cache.count(pieceOf(number));
  expect(made).toBe(300_000);
  const last = pieceOf(299_999);
  expect(appended(cache, last)).toEqual([7, ...unitsOf(last)]);
  expect(made).toBe(300_000);
  expect(appended(cache, pieceOf(0))).toEqual([7, ...unitsOf(pieceOf(0))]);
  expect(made).toBe(300_001);
});
