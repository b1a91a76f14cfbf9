import { expect, test } from "bun:test";
import { BenchmarkError } from "../../src/script/benchmark-error.ts";
import { failureText } from "../../src/script/failure-text.ts";

test("message and the frames of the author's files, without plumb's and the runtime's", () => {
  const error = new TypeError("two\nlines");
  error.stack = [
    "TypeError: two\nlines",
    "    at mine (/home/me/bench.ts:3:5)",
    "    at run (/$bunfs/root/chunk-1.js:10:2)",
    "    at processTicksAndRejections (native:7:39)",
    "    at /home/me/bench.ts:9:1",
  ].join("\n");
  expect(failureText(error)).toBe(
    "TypeError: two\nlines\n    at mine (/home/me/bench.ts:3:5)\n    at /home/me/bench.ts:9:1",
  );
});

test("causes are told, and what is no error is shown as it is", () => {
  expect(failureText(new Error("outer", { cause: new RangeError("inner") }))).toMatch(
    /^Error: outer\n( +at .*\n)*caused by RangeError: inner/,
  );
  expect(failureText({ code: 3 })).toBe("{\n  code: 3,\n}");
  expect(failureText(undefined)).toBe("uncaught: undefined");
});

test("an error of runBenchmark's stands where the script called it", () => {
  const error = new BenchmarkError("a\nb", { stack: "Error\n    at /home/me/bench.ts:2:7" });
  expect(error.message).toBe("a\nb");
  expect(failureText(error)).toBe("BenchmarkError: a\nb\n    at /home/me/bench.ts:2:7");
});
