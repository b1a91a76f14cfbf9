import { expect, test } from "bun:test";
import fc from "fast-check";
import { NumberHeap } from "../../src/tokens/number-heap.ts";

test("gives numbers back smallest first, pushes and pops mixed", () => {
  const step = fc.option(fc.integer(), { nil: null });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const heap = new NumberHeap(steps.length);
      const model: number[] = [];
      for (const value of steps) {
        if (value === null) {
          expect(heap.pop()).toBe(model.shift() ?? null);
        } else {
          heap.push(value);
          model.push(value);
          model.sort((a, b) => a - b);
        }
      }
      for (const value of model) expect(heap.pop()).toBe(value);
      expect(heap.pop()).toBeNull();
    }),
  );
});
