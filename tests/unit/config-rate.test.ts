import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readDuration } from "../../src/config/duration.ts";
import { readRate } from "../../src/config/rate.ts";
import { UserError } from "../../src/config/user-error.ts";

const flat = (rate: number, overS: number | null = null) => ({ from: rate, to: rate, overS });

describe("a rate", () => {
  test("as people write it", () => {
    expect(readRate("10")).toEqual([flat(10)]);
    expect(readRate(".5")).toEqual([flat(0.5)]);
    expect(readRate("-1")).toBeNull();
    expect(readRate("0-100:60s")).toEqual([{ from: 0, to: 100, overS: 60 }]);
    expect(readRate("100-20:2m")).toEqual([{ from: 100, to: 20, overS: 120 }]);
    expect(readRate("10:30s+50:500ms+100:1h")).toEqual([flat(10, 30), flat(50, 0.5), flat(100, 3600)]);
    expect(readRate("0-10:5+10")).toEqual([{ from: 0, to: 10, overS: 5 }, flat(10)]);
    expect(readRate("10:5s+0:5s+10:5s")).toEqual([flat(10, 5), flat(0, 5), flat(10, 5)]);
  });

  test("what is none says what to write", () => {
    expect(() => readRate("0-100")).toThrow("does not say for how long: write 0-100:60s");
    expect(() => readRate("10+20:5s")).toThrow("write 10:60s");
    for (const text of ["0", "x", "", "-5", "1e3", "10:", "10:0s", "10:5x", "1-2-3:5s", "2000000", "+", "1:2:3"]) {
      expect(() => readRate(text)).toThrow(UserError);
    }
  });

  test("of any text: a course that sends something, or a UserError", () => {
    const piece = fc.constantFrom("0", "1", "5.5", "-", ":", "+", "s", "ms", "60", "h", "1e9", " ");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        try {
          const course = readRate(pieces.join(""));
          if (course === null) return;
          expect(Math.max(...course.flatMap(({ from, to }) => [from, to]))).toBeGreaterThan(0);
          for (const { overS } of course.slice(0, -1)) expect(overS).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});

test("a duration", () => {
  expect(["60s", "2m", "1h", "500ms", "1.5", "0", ".25s"].map(readDuration)).toEqual([
    60, 120, 3600, 0.5, 1.5, 0, 0.25,
  ]);
  for (const text of ["", "s", "-1", "1d", "1 s", "1e3", "none"]) expect(() => readDuration(text)).toThrow(UserError);
});
