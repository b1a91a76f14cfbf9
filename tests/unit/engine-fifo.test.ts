import { expect, test } from "bun:test";
import fc from "fast-check";
import { Fifo } from "../../src/engine/fifo.ts";

test("behaves like an array that is shifted", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -400, max: 600 })), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const step of steps) {
        for (let k = 0; k < step; k++) {
          fifo.push(next);
          model.push(next++);
        }
        for (let k = 0; k < -step; k++) expect(fifo.shift()).toBe(model.shift());
        expect(fifo.size).toBe(model.length);
      }
    }),
  );
});

test("holds nothing that has been taken, though it never runs empty", () => {
  const fifo = new Fifo<object>();
  const taken: WeakRef<object>[] = [];
  for (let k = 0; k < 100; k++) fifo.push({});
  for (let k = 0; k < 5000; k++) {
    fifo.push({ filler: new Array(100).fill(k) });
    const item = fifo.shift();
    if (item !== undefined) taken.push(new WeakRef(item));
  }
  Bun.gc(true);
  const alive = taken.filter((reference) => reference.deref() !== undefined).length;
  // The stack may keep a few.
  expect(alive).toBeLessThan(taken.length / 2);
  expect(fifo.size).toBe(100);
});
