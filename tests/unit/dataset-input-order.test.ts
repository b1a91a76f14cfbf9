import { describe, expect, test } from "bun:test";
import type { DataOrder } from "../../src/config/dataset.ts";
import type { Input } from "../../src/contract/input.ts";
import { InputOrder } from "../../src/dataset/input-order.ts";

/** Passes over 0 to `size` - 1, without end. */
function passes(size: number, failAt = Number.POSITIVE_INFINITY) {
  let next = 0;
  const read = async (): Promise<Input | null> => {
    const place = next++ % (size + 1);
    if (place >= failAt) throw new Error(`failed at ${place}`);
    return place === size ? null : { kind: "prompt", prompt: String(place) };
  };
  return { read, given: () => next };
}

/** One pass, and nothing behind it. */
function onePass(size: number): () => Promise<Input | null> {
  const { read, given } = passes(size);
  return async () => (given() > size ? null : read());
}

async function taken(order: InputOrder, read: () => Promise<Input | null>, count: number): Promise<number[]> {
  const numbers: number[] = [];
  while (numbers.length < count) {
    const input = await order.next(read);
    if (input === null) break;
    numbers.push(Number(input.kind === "prompt" && input.prompt));
  }
  return numbers;
}

/** Ends with the first pass. */
const onceOf = (order: DataOrder, endless = false) => new InputOrder(order, 1, endless, true);
const orderOf = (order: DataOrder, seed = 1, endless = false) => new InputOrder(order, seed, endless);
const upTo = (size: number) => Array.from({ length: size }, (_, index) => index);
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);

test("as given: one pass after the other, nothing read ahead", async () => {
  const { read, given } = passes(3);
  expect(await taken(orderOf({ kind: "given" }), read, 7)).toEqual([0, 1, 2, 0, 1, 2, 0]);
  expect(given()).toBe(9);
});

describe("once", () => {
  test.each<[string, DataOrder, number]>([
    ["as given", { kind: "given" }, 5],
    ["a sample", { kind: "sample", count: 3 }, 3],
    ["a sample above all there is", { kind: "sample", count: 9 }, 5],
    ["shuffled", { kind: "shuffled" }, 5],
  ])("%s: each input of the pass one time, then none", async (_, order, count) => {
    const [once, again] = [onceOf(order), orderOf(order)];
    const read = onePass(5);
    const numbers = await taken(once, read, 100);
    expect(numbers).toHaveLength(count);
    expect(new Set(numbers).size).toBe(count);
    expect(await taken(again, passes(5).read, count)).toEqual(numbers);
    expect(await once.next(read)).toBeNull();
  });

  test("a dataset without end goes on, and ends with its sample", async () => {
    const endless = passes(1e9).read;
    expect(await taken(onceOf({ kind: "given" }, true), endless, 20)).toHaveLength(20);
    expect(await taken(onceOf({ kind: "sample", count: 4 }, true), endless, 20)).toHaveLength(4);
  });

  test("shuffled data that fail are given out as far as they came", async () => {
    const order = onceOf({ kind: "shuffled" });
    const { read } = passes(9, 3);
    expect(sorted(await taken(order, read, 3))).toEqual([0, 1, 2]);
    await expect(order.next(read)).rejects.toThrow("failed at 3");
  });
});

describe("a sample", () => {
  const sample = (count: number): DataOrder => ({ kind: "sample", count });

  test("is drawn once and then repeated", async () => {
    const numbers = await taken(orderOf(sample(5)), passes(1000).read, 15);
    expect(new Set(numbers).size).toBe(5);
    expect(numbers.slice(5, 10)).toEqual(numbers.slice(0, 5));
    expect(numbers.slice(10)).toEqual(numbers.slice(0, 5));
  });

  test("has every input as often, whatever its place", async () => {
    const times = new Map<number, number>();
    for (let seed = 0; seed < 2000; seed++) {
      for (const number of await taken(orderOf(sample(2), seed), passes(8).read, 2)) {
        times.set(number, (times.get(number) ?? 0) + 1);
      }
    }
    for (const number of upTo(8)) expect(Math.abs(times.get(number)! - 500)).toBeLessThan(110);
  });

  test("is the same with the same seed, and all there is where that is less", async () => {
    const one = await taken(orderOf(sample(5), 3), passes(1000).read, 5);
    expect(await taken(orderOf(sample(5), 3), passes(1000).read, 5)).toEqual(one);
    expect(sorted(await taken(orderOf(sample(9)), passes(4).read, 4))).toEqual(upTo(4));
  });

  test("of what never ends is its beginning", async () => {
    const endless = async (): Promise<Input> => ({ kind: "prompt", prompt: "1" });
    expect(await taken(orderOf(sample(3), 1, true), endless, 6)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe("shuffled", () => {
  const shuffled: DataOrder = { kind: "shuffled" };

  test("every pass has all, in an order of its own", async () => {
    const numbers = await taken(orderOf(shuffled), passes(100).read, 200);
    const [first, second] = [numbers.slice(0, 100), numbers.slice(100)];
    expect(sorted(first)).toEqual(upTo(100));
    expect(sorted(second)).toEqual(upTo(100));
    expect(first).not.toEqual(upTo(100));
    expect(second).not.toEqual(first);
  });

  test("the seed decides the order", async () => {
    const one = await taken(orderOf(shuffled, 5), passes(50).read, 50);
    expect(await taken(orderOf(shuffled, 5), passes(50).read, 50)).toEqual(one);
    expect(await taken(orderOf(shuffled, 6), passes(50).read, 50)).not.toEqual(one);
  });

  test("no more is held than the window, of many inputs and of long ones", async () => {
    const { read, given } = passes(1_000_000);
    await taken(orderOf(shuffled), read, 500);
    expect(given()).toBeLessThanOrEqual(10_000 + 500);
    let long = 0;
    const prompt = "x".repeat(8_000_000);
    await orderOf(shuffled).next(async () => {
      long++;
      return { kind: "prompt", prompt };
    });
    expect(long).toBeLessThan(12);
  });

  test("what came before a failure goes out first", async () => {
    const order = orderOf(shuffled);
    const { read } = passes(100, 7);
    expect(sorted(await taken(order, read, 7))).toEqual(upTo(7));
    await expect(order.next(read)).rejects.toThrow("failed at 7");
  });
});
