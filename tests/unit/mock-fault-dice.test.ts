import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FaultDice } from "../../src/mock/fault-dice.ts";
import type { FaultName } from "../../src/mock/faults.ts";

function draws(shares: [FaultName, number][], seed: number, count: number) {
  const dice = new FaultDice(new Map(shares), seed);
  return Array.from({ length: count }, () => dice.draw());
}

test("the same seed and shares give the same faults in the same places, another seed others", () => {
  const shares: [FaultName, number][] = [
    ["reset", 0.3],
    ["stall", 0.3],
  ];
  expect(draws(shares, 7, 200)).toEqual(draws(shares, 7, 200));
  expect(draws(shares, 7, 200)).not.toEqual(draws(shares, 8, 200));
});

test("as many meet a fault as its share says, and the rest none", () => {
  const drawn = draws(
    [
      ["reset", 0.1],
      ["cut", 0.25],
    ],
    42,
    20_000,
  );
  const share = (name: FaultName | null) => drawn.filter((draw) => (draw?.name ?? null) === name).length / drawn.length;
  expect(share("reset")).toBeCloseTo(0.1, 1);
  expect(share("cut")).toBeCloseTo(0.25, 1);
  expect(share(null)).toBeCloseTo(0.65, 1);
});

describe("the ends", () => {
  test("a share of 1 is everyone, of 0 nobody", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(
          draws(
            [
              ["reset", 0],
              ["cut", 1],
            ],
            seed,
            20,
          ).every((draw) => draw?.name === "cut"),
        ).toBe(true);
        expect(draws([["reset", 0]], seed, 20)).toEqual(Array(20).fill(null));
      }),
    );
  });

  test("without shares nothing is drawn", () => {
    expect(draws([], 1, 3)).toEqual([null, null, null]);
  });

  test("a place is within the reply", () => {
    for (const draw of draws([["reset", 1]], 3, 1000)) {
      expect(draw!.place).toBeGreaterThanOrEqual(0);
      expect(draw!.place).toBeLessThan(1);
    }
  });
});
