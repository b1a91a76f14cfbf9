import { expect, test } from "bun:test";
import { checkDescriptors, openFileLimits } from "../../src/run/descriptors.ts";

const LIMITS = (soft: string, hard: string) =>
  [
    "Limit                     Soft Limit           Hard Limit           Units     ",
    "Max processes             96365                96365                processes ",
    `Max open files            ${soft.padEnd(20)} ${hard.padEnd(20)} files     `,
    "Max locked memory         8388608              8388608              bytes     ",
  ].join("\n");

test("the limits are read as Linux writes them; elsewhere nothing is known", () => {
  expect(openFileLimits(LIMITS("1024", "524288"))).toEqual({ soft: 1024, hard: 524288 });
  expect(openFileLimits(LIMITS("20000", "unlimited"))).toEqual({ soft: 20000, hard: Number.POSITIVE_INFINITY });
  expect(openFileLimits("")).toBeNull();
  expect(() => checkDescriptors(65_536, 1, null)).not.toThrow();
});

test("what fits passes, each engine by itself", () => {
  expect(() => checkDescriptors(1000, 1, { soft: 1128, hard: 1128 })).not.toThrow();
  expect(() => checkDescriptors(1001, 1, { soft: 1128, hard: 1128 })).toThrow();
  expect(() => checkDescriptors(2000, 2, { soft: 1128, hard: 1128 })).not.toThrow();
});

test("what does not is said with every way out", () => {
  expect(() => checkDescriptors(1000, 1, { soft: 200, hard: 200 })).toThrow(
    "--parallel 1000 needs 1128 open files in an engine process, and the system allows 200: " +
      "`ulimit -n 20000` as root (the hard limit is 200), or --engines 14, or --parallel 72 at most",
  );
  // Below the hard limit anyone may raise it.
  expect(() => checkDescriptors(1000, 1, { soft: 200, hard: 4096 })).toThrow(/: `ulimit -n 4096`, or --engines 14/);
  // No number of engines helps where one has no room at all.
  expect(() => checkDescriptors(1000, 1, { soft: 100, hard: 100 })).toThrow(/\(the hard limit is 100\)$/);
});
