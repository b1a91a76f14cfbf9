import { expect, test } from "bun:test";
import { latency, short, span, whole } from "../../src/live/figures.ts";

test("rates keep three digits", () => {
  const cases = [null, 0, 4.24, 99.96, 999.6, 1234, 12_345, 999_600, 1_234_567, 5e9];
  expect(cases.map(short)).toEqual(["-", "0.0", "4.2", "100", "1.00k", "1.23k", "12.3k", "1.00M", "1.23M", "5.0G"]);
});

test("counts are whole", () => {
  expect(whole(1_234_567)).toBe("1,234,567");
});

test("latencies carry their unit", () => {
  expect([0.4, 9.96, 840.2, 9999.6, 12_440].map(latency)).toEqual(["0.4 ms", "10 ms", "840 ms", "10.0 s", "12.4 s"]);
});

test("spans carry over at 60", () => {
  expect([-3, 0.4, 59.6, 62, 3599.6, 7505].map(span)).toEqual(["0s", "0s", "1m 00s", "1m 02s", "1h 00m", "2h 05m"]);
});
