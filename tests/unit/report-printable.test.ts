import { expect, test } from "bun:test";
import fc from "fast-check";
import { escaped, printable, printableJson } from "../../src/report/printable.ts";

/** C0, DEL, C1, what orders text from right to left, and what ends a line for some programs. */
const OBEYED = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;
const hostile = fc.string({ unit: "binary" });

test.each([
  ["\u001b[31mred", "\\x1b[31mred"],
  ["\u009b31mred", "\\x9b31mred"],
  ["\u001b]0;title\u0007", "\\x1b]0;title\\x07"],
  ["a\r\nb\tc", "a\\r\\nb\\tc"],
  ["\u007f", "\\x7f"],
  ["\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"],
  ["plain, ü, 日本, 👩‍👩‍👧", "plain, ü, 日本, 👩‍👩‍👧"],
])("%j is shown as %j", (text, shown) => {
  expect(escaped(text)).toBe(shown);
});

test("nothing that a terminal obeys is left of any text", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(escaped(text)).not.toMatch(OBEYED);
      expect(printable(text)).not.toMatch(OBEYED);
    }),
  );
});

test("JSON means the same, in one line or indented", () => {
  fc.assert(
    fc.property(fc.dictionary(hostile, hostile), (value) => {
      for (const json of [printableJson(value), printableJson(value, 2).replaceAll("\n", "")]) {
        expect(json).not.toMatch(OBEYED);
        expect(JSON.parse(json)).toEqual(value);
      }
    }),
  );
});
