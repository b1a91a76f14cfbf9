import { expect, test } from "bun:test";
import fc from "fast-check";
import { Trie } from "../../src/tokens/trie.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "é", "👍"), minLength: 1, maxLength: 4 });

test("finds the longest word that stands at a place", () => {
  fc.assert(
    fc.property(fc.uniqueArray(word), fc.string({ unit: fc.constantFrom("a", "b", "é", "👍", "x") }), (words, text) => {
      const trie = new Trie(new Map(words.map((each, index) => [each, index])));
      for (let at = 0; at <= text.length; at++) {
        const standing = words.filter((each) => text.startsWith(each, at)).sort((a, b) => b.length - a.length);
        expect(trie.longestAt(text, at)).toBe(standing.length === 0 ? undefined : words.indexOf(standing[0]!));
      }
    }),
  );
});

test("no words, no finds", () => expect(new Trie(new Map()).longestAt("a", 0)).toBeUndefined());
