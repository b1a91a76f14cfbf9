import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { findLengths, fixedInput, parseInputLengths, parseLength, parseLengthPairs } from "../../src/config/lengths.ts";
import { Mistakes } from "../../src/config/mistakes.ts";
import type { RunOptions } from "../../src/config/run-options.ts";
import { UserError } from "../../src/config/user-error.ts";

describe("a length", () => {
  test.each([
    ["512", { kind: "fixed", tokens: 512 }],
    ["100-900", { kind: "uniform", low: 100, high: 900 }],
    ["normal:512,100", { kind: "normal", mean: 512, std: 100 }],
    ["lognormal:512.5,0", { kind: "lognormal", mean: 512.5, std: 0 }],
  ])("%s", (text, expected) => expect(parseLength(text) as object).toEqual(expected));

  test.each([
    ["0", "at least 1 token"],
    ["9-3", "from low to high"],
    ["normal:0,3", "mean is below 1"],
    ["many", "is no length"],
    ["normal:5", "is no length"],
    ["1.5", "is no length"],
    ["", "is no length"],
  ])("not %p", (text, says) => expect(() => parseLength(text)).toThrow(says));
});

describe("pairs of lengths", () => {
  test("with weights, 1 where none is said", () => {
    expect(parseLengthPairs("128,64:25; 512,128:75.5;8,9")).toEqual([
      { input: 128, output: 64, weight: 25 },
      { input: 512, output: 128, weight: 75.5 },
      { input: 8, output: 9, weight: 1 },
    ]);
  });

  test.each(["128", "128,0:1", "128,64:0", "a,b:c"])("not %p", (text) => {
    expect(() => parseLengthPairs(text)).toThrow("is not INPUT,OUTPUT:WEIGHT");
  });

  test("may be the value of --input-len, which a distribution's comma does not make them", () => {
    expect(parseInputLengths("8,9")).toEqual({ kind: "pairs", pairs: [{ input: 8, output: 9, weight: 1 }] });
    expect(parseInputLengths("normal:8,9")).toEqual({ kind: "apart", input: { kind: "normal", mean: 8, std: 9 } });
  });
});

test("whatever is written is a length or a UserError", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const parse of [parseLength, parseLengthPairs, parseInputLengths]) {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }
    }),
  );
});

describe("the options together", () => {
  const found = (options: Partial<RunOptions>) => {
    const mistakes = new Mistakes();
    const plan = findLengths(options as RunOptions, mistakes);
    return { plan, wrong: mistakes.any };
  };
  const pairs = [{ input: 1, output: 2, weight: 1 }];
  const fixed = { kind: "fixed", tokens: 5 } as const;

  test("nothing said is no plan", () => expect(found({})).toEqual({ plan: undefined, wrong: false }));

  test("input and output apart", () => {
    const { plan, wrong } = found({ inputLen: { kind: "apart", input: fixed }, outputLen: fixed });
    expect(plan).toEqual({ kind: "apart", input: fixed, output: fixed });
    expect(fixedInput(plan)).toBe(5);
    expect(wrong).toBe(false);
  });

  test("pairs by either flag have no single length", () => {
    for (const options of [{ lengths: pairs }, { inputLen: { kind: "pairs", pairs } as const }]) {
      const { plan } = found(options);
      expect(plan).toEqual({ kind: "pairs", pairs });
      expect(fixedInput(plan)).toBeUndefined();
    }
  });

  test("what contradicts pairs is a mistake", () => {
    expect(found({ lengths: pairs, outputLen: fixed }).wrong).toBe(true);
    expect(found({ lengths: pairs, inputLen: { kind: "apart", input: fixed } }).wrong).toBe(true);
    expect(found({ lengths: [] }).wrong).toBe(true);
  });
});
