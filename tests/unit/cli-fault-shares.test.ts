import { describe, expect, test } from "bun:test";
import { asFaultShare, faultShares } from "../../src/cli/fault-shares.ts";
import { FAULT_NAMES } from "../../src/mock/faults.ts";

const read = (...texts: string[]) => [...faultShares(texts.map(asFaultShare))];

test("a fault and its share", () => {
  expect(read("reset=0.1", "http-429=1e-2")).toEqual([
    ["reset", 0.1],
    ["http-429", 0.01],
  ]);
});

test("all is each of them, save those that are named, wherever they stand", () => {
  const shares = new Map(read("reset=0.1", "all=0.01", "cut=0"));
  expect([...shares.keys()].toSorted()).toEqual(FAULT_NAMES.toSorted());
  expect([shares.get("reset"), shares.get("cut"), shares.get("stall")]).toEqual([0.1, 0, 0.01]);
});

test("the last word of a fault counts, and tenths add up to one", () => {
  expect(read("reset=0.5", "reset=0.2")).toEqual([["reset", 0.2]]);
  const tenths = FAULT_NAMES.slice(0, 10).map((name) => `${name}=0.1`);
  expect(read(...tenths)).toHaveLength(10);
});

describe("refused:", () => {
  test.each([
    [["reset"], '"reset" is no fault with its share, such as reset=0.1'],
    [["reset="], '"" is not a number'],
    [["reset=much"], '"much" is not a number'],
    [["reset=1.1"], "1.1 is above the most allowed, 1"],
    [["reset=-0.1"], "-0.1 is below the least allowed, 0"],
    [["stal=0.1"], 'unknown fault "stal": did you mean stall? There are reset,'],
    [["no such thing=0.1"], 'unknown fault "no such thing": There are reset,'],
    [["reset=0.6", "stall=0.5"], "--fault: the shares add up to 1.1, which is above 1"],
    [["all=0.5"], "which is above 1"],
  ])("%p", (texts, words) => {
    expect(() => read(...texts)).toThrow(words);
  });

  test("an unknown name shows all that are known", () => {
    for (const name of FAULT_NAMES) expect(() => read("x=1")).toThrow(name);
  });
});
