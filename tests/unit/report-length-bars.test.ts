import { expect, test } from "bun:test";
import fc from "fast-check";
import { barLines } from "../../src/report/length-bars.ts";

/** What a line says: its class's bounds, its count, the width of its bar. */
function read(line: string): { from: number; to: number; count: number; bar: number } {
  const [, from, to = from, count, bar] = /^ *([\d,]+)(?: to ([\d,]+))? +([\d,]+) *(█*)$/.exec(line) ?? [];
  const number = (text = "") => Number(text.replaceAll(",", ""));
  return { from: number(from), to: number(to), count: number(count), bar: bar!.length };
}

test("classes of a round width; the largest one's bar is 40 wide", () => {
  expect(barLines([10, 11, 25, 25, 26, 29, 55, 69])).toEqual([
    "10 to 14  2  ████████████████████",
    "15 to 19  0",
    "20 to 24  0",
    "25 to 29  4  ████████████████████████████████████████",
    "30 to 34  0",
    "35 to 39  0",
    "40 to 44  0",
    "45 to 49  0",
    "50 to 54  0",
    "55 to 59  1  ██████████",
    "60 to 64  0",
    "65 to 69  1  ██████████",
  ]);
  expect(barLines([7, 7])).toEqual(["7  2  ████████████████████████████████████████"]);
  expect(barLines([])).toEqual([]);
});

test("parts have columns of their own beside the count of all", () => {
  const parts = [
    { name: "short", values: [1, 1] },
    { name: "a longer name", values: [2] },
  ];
  expect(barLines([1, 1, 2], parts)).toEqual([
    "   all  short  a longer name",
    "1    2      2              0  ████████████████████████████████████████",
    "2    1      0              1  ████████████████████",
  ]);
});

test("one that is far above all others widens the last class alone", () => {
  const lines = barLines([...Array.from({ length: 200 }, (_, index) => index % 10), 1_000_000]);
  expect(lines.at(-1)).toMatch(/^9 to 1,000,000 +21 /);
  expect(lines).toHaveLength(10);
});

test("every value is in one class, classes follow each other, whoever is counted has a bar", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 200_000 }), { minLength: 1, maxLength: 300 }), (values) => {
      const classes = barLines(values).map(read);
      expect(classes.length).toBeLessThanOrEqual(14);
      for (const [index, { from, to, count, bar }] of classes.entries()) {
        expect(count).toBe(values.filter((value) => value >= from && value <= to).length);
        expect(bar > 0).toBe(count > 0);
        if (index > 0) expect(from).toBe(classes[index - 1]!.to + 1);
      }
      expect(classes.reduce((sum, { count }) => sum + count, 0)).toBe(values.length);
      expect(Math.max(...classes.map(({ bar }) => bar))).toBe(40);
    }),
  );
});
