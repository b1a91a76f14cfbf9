import { afterEach, expect, test } from "bun:test";
import { type Paced, Pacer } from "../../src/mock/pacer.ts";

let pacer = new Pacer();
afterEach(() => {
  pacer.stop();
  pacer = new Pacer();
});

/** Fires at the given times; notes when it really was. */
function paced(dues: number[], fired: (due: number, at: number) => void): Paced {
  const left = dues.slice(1);
  const item: Paced = {
    due: dues[0]!,
    fire() {
      fired(item.due, performance.now());
      const next = left.shift();
      if (next === undefined) return false;
      item.due = next;
      return true;
    },
  };
  return item;
}

test("everything fires once, in the order of the due times, never early", async () => {
  const start = performance.now();
  const seen: { due: number; at: number }[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let expected = 0;
  let seed = 1;
  for (let i = 0; i < 200; i++) {
    seed = (seed * 48_271) % 2_147_483_647;
    const dues = Array.from({ length: 3 }, (_, k) => start + (seed % 40) + k * 17);
    expected += dues.length;
    pacer.add(
      paced(dues, (due, at) => {
        seen.push({ due, at });
        if (seen.length === expected) resolve();
      }),
    );
  }
  await promise;
  expect(seen.every(({ due, at }) => at >= due)).toBe(true);
  // Items that are late together are put right among each other within a tick; across ticks time itself does it.
  const dues = seen.map(({ due }) => due);
  expect(dues).toEqual(dues.toSorted((a, b) => a - b));
});

test("lateness does not add up over a hundred firings", async () => {
  const start = performance.now();
  const dues = Array.from({ length: 100 }, (_, i) => start + (i + 1) * 2.3);
  const late = await new Promise<number[]>((resolve) => {
    const all: number[] = [];
    pacer.add(
      paced(dues, (due, at) => {
        all.push(at - due);
        if (all.length === dues.length) resolve(all);
      }),
    );
  });
  // Adding up the millisecond of the timer alone would make 50 to 100 ms at the end.
  expect(late.at(-1)!).toBeLessThan(40);
});

test("something due earlier than what is waited for is not kept waiting", async () => {
  const start = performance.now();
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    pacer.add(
      paced([start + 150], () => {
        order.push("late");
        resolve();
      }),
    );
    pacer.add(paced([start + 5], () => order.push("early")));
    pacer.add(paced([start - 5], () => order.push("overdue")));
  });
  expect(order).toEqual(["overdue", "early", "late"]);
});

test("one may be added while another fires", async () => {
  const inner = await new Promise<boolean>((resolve) => {
    pacer.add(
      paced([performance.now() + 1], () => {
        pacer.add(paced([performance.now()], () => resolve(true)));
      }),
    );
  });
  expect(inner).toBe(true);
});

test("a long row of overdue firings lets other work in between", async () => {
  const start = performance.now();
  let fired = 0;
  let firedWhenLetIn = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  for (let i = 0; i < 100; i++) {
    pacer.add(
      paced([start], () => {
        const until = performance.now() + 1;
        while (performance.now() < until);
        if (++fired === 100) resolve();
      }),
    );
  }
  setTimeout(() => {
    firedWhenLetIn = fired;
  }, 10);
  await promise;
  expect(firedWhenLetIn).toBeLessThan(100);
  expect(firedWhenLetIn).toBeGreaterThan(0);
});

test("nothing fires after stop", async () => {
  let fired = false;
  pacer.add(
    paced([performance.now() + 5], () => {
      fired = true;
    }),
  );
  pacer.stop();
  await Bun.sleep(30);
  expect(fired).toBe(false);
});
