import { expect, test } from "bun:test";
import fc from "fast-check";
import type { SqlValue } from "../../src/record/query.ts";
import { rowsAsCsv, rowsAsJson, rowsAsTable } from "../../src/report/render-rows.ts";

const join = (texts: Iterable<string>): string => [...texts].join("");

/** RFC 4180, read strictly. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = "";
    if (text[at] === '"') {
      at++;
      for (;;) {
        const quote = text.indexOf('"', at);
        cell += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        cell += '"';
        at++;
      }
    } else {
      const length = text.slice(at).search(/[,\r]/);
      cell = text.slice(at, at + length);
      expect(cell).not.toMatch(/["\n]/);
      at += length;
    }
    row.push(cell);
    if (text[at] === ",") at++;
    else {
      expect(text.slice(at, at + 2)).toBe("\r\n");
      rows.push(row);
      row = [];
      at += 2;
    }
  }
  return rows;
}

const FILE = { terminal: false };
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
/** A sign and a dot alone are no number. */
const isNumber = (text: string) => !/\s/.test(text) && /\d/.test(text) && Number.isFinite(Number(text));
const isFormula = (text: string) => FORMULA.test(text) && !isNumber(text);
const cell = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom("=", "-", ",", '"', "\r", "\n", "\t", "a", "'") }),
);

test("CSV reads back as it was, formulas made harmless", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 10 }), (rows) => {
      const read = readCsv(join(rowsAsCsv({ columns: ["a", "b"], rows }, FILE)));
      expect(read).toEqual([
        ["a", "b"],
        ...rows.map((row) => row.map((text) => (isFormula(text) ? `'${text}` : text))),
      ]);
      expect(read.flat().filter(isFormula)).toEqual([]);
    }),
    { examples: [[[["", "+."]]]] },
  );
});

test("CSV: numbers keep their sign, NULL is empty, a blob is hex, a column's name is text too", () => {
  const rows: SqlValue[][] = [[-1.5, null, new Uint8Array([1, 255]), "-1"]];
  expect(join(rowsAsCsv({ columns: ["=x", "b", "c", "d"], rows }, FILE))).toBe("'=x,b,c,d\r\n-1.5,,01ff,-1\r\n");
});

test.each([
  ["=1+1", "'=1+1"],
  ["+SUM(A1)", "'+SUM(A1)"],
  ["-1+1", "'-1+1"],
  ["-1.5e-3", "-1.5e-3"],
  ["+7", "+7"],
  ["@x", "'@x"],
  ["\t=1", "'\t=1"],
  ["\r=1", `"'\r=1"`],
  ["\uff1d1+1", "'\uff1d1+1"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
  ["a=1", "a=1"],
])("CSV: %j is written as %j", (text, cell) => {
  expect(join(rowsAsCsv({ columns: ["x"], rows: [[text]] }, FILE))).toBe(`x\r\n${cell}\r\n`);
});

test("CSV is data in a file, and nothing that a terminal obeys on a terminal", () => {
  const rows = [["a\u001b[31m\nb\u009d"]];
  expect(join(rowsAsCsv({ columns: ["x"], rows }, FILE))).toBe('x\r\n"a\u001b[31m\nb\u009d"\r\n');
  expect(join(rowsAsCsv({ columns: ["x"], rows }, { terminal: true }))).toBe("x\r\na\\x1b[31m\\nb\\x9d\r\n");
});

test("integers keep all their digits", () => {
  const rows = [[2n ** 63n - 1n, -(2n ** 53n) - 1n, 1]];
  const columns = ["a", "b", "c"];
  expect(join(rowsAsJson({ columns, rows }))).toBe('[\n  {"a":9223372036854775807,"b":-9007199254740993,"c":1}\n]\n');
  expect(join(rowsAsCsv({ columns, rows }, FILE))).toBe("a,b,c\r\n9223372036854775807,-9007199254740993,1\r\n");
  expect(join(rowsAsTable({ columns, rows }))).toContain("9223372036854775807  -9007199254740993  1\n");
});

test("JSON has nothing in it that a terminal obeys, and means what was there", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const json = join(rowsAsJson({ columns: ["a"], rows: [[`${text}\u001b\u0085\u202e\u007f`]] }));
      expect(json).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(JSON.parse(json)).toEqual([{ a: `${text}\u001b\u0085\u202e\u007f` }]);
    }),
  );
});

test("JSON is an array of objects, also of none", () => {
  const values = fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));
  fc.assert(
    fc.property(fc.array(fc.tuple(values, values), { maxLength: 10 }), (rows) => {
      const read = JSON.parse(join(rowsAsJson({ columns: ["a", "b:1"], rows })));
      expect(read).toEqual(JSON.parse(JSON.stringify(rows.map(([a, b]) => ({ a, "b:1": b })))));
    }),
  );
  expect(join(rowsAsJson({ columns: ["a"], rows: [] }))).toBe("[]\n");
});

test("the table aligns numbers to the right and text to the left", () => {
  const rows: SqlValue[][] = [
    ["a", 1.5],
    ["long", null],
    ["日本", 100],
  ];
  expect(join(rowsAsTable({ columns: ["name", "n"], rows }))).toBe(
    ["name     n", "a      1.5", "long  NULL", "日本   100", ""].join("\n"),
  );
});

test("a cell of the table is cut at 80 columns, and is one line without control characters", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ unit: fc.constantFrom("\u001b", "\n", "日", "a", "\u0301", "\u200d", "👩‍👩‍👧"), maxLength: 300 }),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      const lines = join(rowsAsTable({ columns: ["x"], rows: [[text]] })).split("\n");
      expect(lines).toHaveLength(3);
      expect(lines[1]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(Bun.stringWidth(lines[1]!)).toBeLessThanOrEqual(80);
    }),
  );
  const [, short] = join(rowsAsTable({ columns: ["x"], rows: [["a\n\u001b[31mb\tc"]] })).split("\n");
  expect(short).toBe("a\\n\\x1b[31mb\\tc");
  const [, long] = join(rowsAsTable({ columns: ["x"], rows: [["a".repeat(1e6)]] })).split("\n");
  expect(long).toBe(`${"a".repeat(79)}…`);
});
