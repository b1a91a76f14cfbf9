import { expect, test } from "bun:test";
import { figure, milliseconds, percent, tally } from "../../src/report/figure-text.ts";
import { labelledLines } from "../../src/report/labelled-line.ts";

test.each([
  [null, "-"],
  [0, "0"],
  [0.0834, "0.083"],
  [0.99951, "1.00"],
  [9.876, "9.88"],
  [9.9951, "10.0"],
  [52.54, "52.5"],
  [999.94, "999.9"],
  [999.96, "1,000"],
  [12_345.6, "12,346"],
  [-3.21, "-3.21"],
])("figure %p: %s", (value, text) => {
  expect(figure(value)).toBe(text);
});

test("milliseconds become seconds where their digits would no longer count", () => {
  expect(milliseconds(52.5)).toBe("52.5 ms");
  expect(milliseconds(99_999)).toBe("99,999 ms");
  expect(milliseconds(100_000)).toBe("100.0 s");
  expect(milliseconds(null)).toBe("-");
});

test("100% and 0% are said only of all and of none", () => {
  expect(percent(1, 1)).toBe("100%");
  expect(percent(999_999, 1_000_000)).toBe("99.99%");
  expect(percent(1, 1_000_000)).toBe("0.01%");
  expect(percent(0, 5)).toBe("0%");
  expect(percent(0, 0)).toBe("-");
});

test("a tally cleans the names, which a file may have made up", () => {
  expect(tally({ reset: 1200, "\u001b[31mx": 1 })).toBe("reset 1,200, [31mx 1");
});

test("a long text hangs under its first line", () => {
  expect(labelledLines("label", "one two three four", 24)).toEqual([
    "  label       one two",
    "              three four",
  ]);
});
