import { expect, test } from "bun:test";
import { Handover } from "../../src/engine/handover.ts";

test("without a bound everything goes at once", () => {
  const handover = new Handover(() => 0, null);
  let passed = 0;
  for (let k = 0; k < 1000; k++) {
    expect(handover.room()).toBe(true);
    handover.pass(() => passed++);
  }
  expect(passed).toBe(1000);
});

test("in order, all of them, and never more than the bound lets through", async () => {
  const start = performance.now();
  const handover = new Handover(() => performance.now(), 4);
  const passed: { index: number; at: number }[] = [];
  await new Promise<void>((resolve) => {
    for (let index = 0; index < 200; index++) {
      handover.pass(() => {
        if (passed.push({ index, at: performance.now() - start }) === 200) resolve();
      });
    }
    // The first ones may have gone; of so many some must wait.
    expect(passed.length).toBeLessThan(100);
    expect(handover.room()).toBe(false);
  });
  expect(passed.map(({ index }) => index)).toEqual(Array.from({ length: 200 }, (_, index) => index));
  // Four in a millisecond, and two milliseconds' worth that had been saved up.
  for (const { index, at } of passed) expect(index + 1).toBeLessThanOrEqual(4 * at + 8 + 1);
});

test("who passes something from within a pass is not lost, nor comes before those who wait", async () => {
  const handover = new Handover(() => performance.now(), 2);
  const passed: string[] = [];
  await new Promise<void>((resolve) => {
    const add = (name: string) => {
      if (passed.push(name) === 40) resolve();
    };
    for (let k = 0; k < 20; k++) {
      handover.pass(() => {
        add(`first ${k}`);
        handover.pass(() => add(`second ${k}`));
      });
    }
  });
  expect(passed.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, k) => `first ${k}`));
  expect(new Set(passed).size).toBe(40);
});

test("there is room again once time has passed", () => {
  let now = 0;
  const handover = new Handover(() => now, 1);
  expect(handover.room()).toBe(false);
  now = 1;
  expect(handover.room()).toBe(true);
  handover.pass(() => {});
  expect(handover.room()).toBe(false);
  now = 100;
  expect(handover.room()).toBe(true);
});
