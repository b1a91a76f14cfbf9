import { expect, test } from "bun:test";
import fc from "fast-check";
import { PairTable } from "../../src/tokens/pair-table.ts";

const number = fc.nat(2 ** 31 - 1);

test("finds what was entered last, and nothing else", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(20), fc.oneof(fc.nat(20), number), number)), (entries) => {
      const table = new PairTable(entries.length);
      const model = new Map<string, number>();
      for (const [left, right, value] of entries) {
        table.set(left, right, value);
        model.set(`${left} ${right}`, value);
      }
      for (const [left, right] of entries) {
        expect(table.get(left, right)).toBe(model.get(`${left} ${right}`)!);
        expect(table.get(right, left)).toBe(model.get(`${right} ${left}`));
      }
    }),
  );
});

test("refuses more pairs than it was made for", () => {
  const table = new PairTable(2);
  table.set(1, 1, 1);
  table.set(1, 2, 2);
  table.set(1, 2, 3);
  expect(() => table.set(2, 1, 4)).toThrow(RangeError);
  expect(table.get(1, 2)).toBe(3);
});
