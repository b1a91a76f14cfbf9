import { expect, test } from "bun:test";
import fc from "fast-check";
import { drawLengths, type LengthDistribution } from "../../src/contract/lengths.ts";
import { Prng } from "../../src/tokens/prng.ts";

const DRAWS = 20_000;

function inputs(input: LengthDistribution): number[] {
  const random = new Prng(7);
  return Array.from({ length: DRAWS }, () => drawLengths({ kind: "apart", input }, () => random.fraction()).input!);
}

const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const stdOf = (values: number[]) => Math.sqrt(meanOf(values.map((value) => (value - meanOf(values)) ** 2)));

test("a fixed length is always that one, an unsaid one is absent", () => {
  expect(new Set(inputs({ kind: "fixed", tokens: 9 }))).toEqual(new Set([9]));
  expect(drawLengths({ kind: "apart", input: { kind: "fixed", tokens: 9 } }, () => 0)).toEqual({ input: 9 });
});

test("uniform: both ends are drawn, and all between as often", () => {
  const drawn = inputs({ kind: "uniform", low: 3, high: 6 });
  for (const length of [3, 4, 5, 6]) {
    expect(drawn.filter((value) => value === length).length / DRAWS).toBeCloseTo(0.25, 1);
  }
});

test.each(["normal", "lognormal"] as const)("%s: mean and standard deviation are those of the length", (kind) => {
  const drawn = inputs({ kind, mean: 500, std: 100 });
  expect(meanOf(drawn)).toBeGreaterThan(495);
  expect(meanOf(drawn)).toBeLessThan(505);
  expect(stdOf(drawn)).toBeGreaterThan(95);
  expect(stdOf(drawn)).toBeLessThan(105);
});

test("pairs come together, as often as their weights say", () => {
  const random = new Prng(1);
  const pairs = [
    { input: 128, output: 64, weight: 25 },
    { input: 512, output: 128, weight: 75 },
  ];
  const drawn = Array.from({ length: DRAWS }, () => drawLengths({ kind: "pairs", pairs }, () => random.fraction()));
  const short = drawn.filter(({ input }) => input === 128);
  expect(short.length / DRAWS).toBeCloseTo(0.25, 1);
  expect(short.every(({ output }) => output === 64)).toBe(true);
  expect(drawn.every(({ input, output }) => input === 128 || (input === 512 && output === 128))).toBe(true);
});

test("every draw is a whole number from 1", () => {
  const some = fc.double({ min: 0, max: 0.999999, noNaN: true });
  const mean = fc.double({ min: 1, max: 1e5, noNaN: true });
  const std = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom("normal", "lognormal"), mean, std, some, (kind, mean, std, uniform) => {
      const { input } = drawLengths({ kind: "apart", input: { kind, mean, std } as LengthDistribution }, () => uniform);
      expect(Number.isInteger(input) && input! >= 1).toBe(true);
    }),
  );
});
