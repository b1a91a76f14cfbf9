import { expect, test } from "bun:test";
import type { Input } from "../../src/contract/input.ts";
import { Mixture, type WeightedFeeder } from "../../src/dataset/mixture.ts";

function part(name: string, weight: number, failAfter = Number.POSITIVE_INFINITY): WeightedFeeder & { closed: number } {
  let given = 0;
  const whole = {
    name,
    weight,
    closed: 0,
    feeder: {
      leftOut: weight,
      next: async (): Promise<Input> => {
        if (given++ >= failAfter) throw new Error(`${name} failed`);
        return { kind: "prompt", prompt: name };
      },
      close: async () => {
        whole.closed++;
      },
    },
  };
  return whole;
}

test("each as often as its weight says, named after where it is from", async () => {
  const mixture = new Mixture([part("a", 7), part("b", 3)], 1);
  const inputs = await mixture.take(5000);
  expect(inputs.every((input) => input.kind === "prompt" && input.part === input.prompt)).toBe(true);
  const share = inputs.filter((input) => input.part === "a").length / 5000;
  expect(share).toBeGreaterThan(0.67);
  expect(share).toBeLessThan(0.73);
});

test("the seed decides the order, however many are taken at a time", async () => {
  const order = async (seed: number, sizes: number[]) => {
    const mixture = new Mixture([part("a", 1), part("b", 1)], seed);
    const names: (string | undefined)[] = [];
    for (const size of sizes) names.push(...(await mixture.take(size)).map((input) => input.part));
    return names;
  };
  expect(await order(4, [60])).toEqual(await order(4, [1, 19, 40]));
  expect(await order(4, [60])).not.toEqual(await order(5, [60]));
});

test("what came before a failure is given, and every further call fails", async () => {
  const mixture = new Mixture([part("a", 1, 3)], 1);
  expect(await mixture.take(10)).toHaveLength(3);
  await expect(mixture.take(1)).rejects.toThrow("a failed");
  await expect(mixture.take(1)).rejects.toThrow("a failed");
});

test("what was left out is the sum of all", () => {
  expect(new Mixture([part("a", 1), part("b", 4)], 1).leftOut).toBe(5);
});

test("closes all of them", async () => {
  const parts = [part("a", 1), part("b", 1)];
  await new Mixture(parts, 1).close();
  expect(parts.map(({ closed }) => closed)).toEqual([1, 1]);
});
