import { expect, test } from "bun:test";
import fc from "fast-check";
import { startMock } from "../../src/mock/mock-server.ts";
import { Slots } from "../../src/mock/slots.ts";

test("whoever finds a slot free does not wait, the others wait in order", () => {
  const slots = new Slots(2);
  expect([0, 0, 0, 0, 10].map((now) => slots.waitFor(now, 100))).toEqual([0, 0, 100, 100, 190]);
  expect(slots.waitFor(1000, 100)).toBe(0);
});

test("never more at once than there are slots, and nobody waits while one is free", () => {
  const requests = fc.array(fc.record({ gap: fc.nat(50), takes: fc.integer({ min: 1, max: 100 }) }), { minLength: 1 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), requests, (count, list) => {
      const slots = new Slots(count);
      const stays: { begin: number; end: number }[] = [];
      let now = 0;
      for (const { gap, takes } of list) {
        now += gap;
        const wait = slots.waitFor(now, takes);
        const begin = now + wait;
        const busy = (at: number) => stays.filter((stay) => stay.begin <= at && stay.end > at).length;
        expect(busy(begin)).toBeLessThan(count);
        if (wait > 0) expect(busy(now)).toBe(count);
        stays.push({ begin, end: begin + takes });
      }
    }),
  );
});

test("the mock with one slot answers one after the other", async () => {
  const mock = startMock({ port: 0, slots: 1, ttftMs: 60, itlMs: 0, tokens: 1 });
  try {
    const begun = performance.now();
    const ended = await Promise.all(
      [0, 1, 2].map(async () => {
        const messages = [{ role: "user", content: "hello" }];
        const body = JSON.stringify({ model: "mock", messages });
        const reply = await fetch(`${mock.url}/chat/completions`, { method: "POST", body });
        await reply.text();
        return performance.now() - begun;
      }),
    );
    const [first, second, third] = ended.toSorted((a, b) => a - b);
    expect(first!).toBeGreaterThanOrEqual(58);
    expect(second! - first!).toBeGreaterThanOrEqual(40);
    expect(third!).toBeGreaterThanOrEqual(178);
  } finally {
    mock.stop();
  }
});
