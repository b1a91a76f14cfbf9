import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Prng } from "../../src/tokens/prng.ts";

const draw = (seed: number, count: number) => {
  const random = new Prng(seed);
  return Array.from({ length: count }, () => random.uint32());
};

describe("Prng", () => {
  test("the same seed gives the same numbers", () => expect(draw(42, 50)).toEqual(draw(42, 50)));

  test("neighbouring seeds give different numbers from the first on", () => {
    const firsts = new Set(Array.from({ length: 2000 }, (_, seed) => draw(seed, 1)[0]));
    expect(firsts.size).toBeGreaterThan(1995);
  });

  test("negative, fractional and large seeds are seeds of their own", () => {
    const seeds = [0, 1, -1, 0.5, 2 ** 32, 2 ** 53 - 1, 2 ** 53 - 2];
    expect(new Set(seeds.map((seed) => draw(seed, 4).join())).size).toBe(seeds.length);
  });

  test("integers stay within their bounds", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -1000, max: 1000 }), fc.nat(10_000), (seed, low, span) => {
        const value = new Prng(seed).integer(low, low + span);
        expect(Number.isInteger(value) && value >= low && value <= low + span).toBe(true);
      }),
    );
  });

  test("integers are spread evenly and reach both ends", () => {
    const random = new Prng(7);
    const counts = new Map<number, number>();
    for (let draws = 0; draws < 60_000; draws++) {
      const value = random.integer(1, 6);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    // Five standard deviations of 10,000 +- 91.
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(460);
  });
});
