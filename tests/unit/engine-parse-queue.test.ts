import { describe, expect, test } from "bun:test";
import { Interpretation } from "../../src/engine/interpretation.ts";
import { ParseQueue } from "../../src/engine/parse-queue.ts";
import type { Reading } from "../../src/engine/reading.ts";
import { chunk, exchangeOf, PLAIN_API, SENT, sse } from "./engine-fixture.ts";

function pieces(count: number): string[] {
  return [...Array.from({ length: count }, (_, k) => sse(chunk({ content: `${k} ` }))), sse("[DONE]")];
}

/** Waits until the queue has nothing left. */
async function emptied(queue: ParseQueue): Promise<void> {
  const end = performance.now() + 5000;
  while (queue.size > 0) {
    if (performance.now() > end) throw new Error(`${queue.size} are still waiting`);
    await Bun.sleep(1);
  }
}

describe.each([true, false])("idle: %p", (idle) => {
  test("everything is read, in order, and each exchange claimed once, even if it was pushed again and again", async () => {
    const claimed: Reading[] = [];
    let calls = 0;
    const queue: ParseQueue = new ParseQueue(
      () => performance.now(),
      () => idle,
      (read) => {
        calls++;
        if (read.claim()) claimed.push(read);
      },
    );
    const reads = Array.from({ length: 600 }, () => new Interpretation(exchangeOf({ pieces: pieces(3) }), PLAIN_API));
    for (const [index, read] of reads.entries()) {
      queue.push(read);
      if (index % 3 === 0) queue.push(read);
    }
    expect(queue.size).toBe(800);
    await emptied(queue);
    expect(claimed).toEqual(reads);
    expect(calls).toBe(800);
    for (const read of reads) expect(read.reply.texts.join("")).toBe("0 1 2 ");
  });

  test("a slice is over after a millisecond of the clock, and a turn of the event loop comes between", async () => {
    let now = 0;
    const done: number[] = [];
    // Every look at the clock costs 0.3 ms.
    const queue = new ParseQueue(
      () => {
        now += 0.3;
        return now;
      },
      () => idle,
      () => done.push(done.length),
    );
    for (let k = 0; k < 40; k++) queue.push(new Interpretation(exchangeOf({ pieces: pieces(1) }), PLAIN_API));
    let turns = 0;
    let before = 0;
    while (queue.size > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      // One or two slices may fall into a turn.
      expect(done.length - before).toBeLessThanOrEqual(8);
      before = done.length;
      if (++turns > 100_000) throw new Error("it stands still");
    }
    expect(done).toHaveLength(40);
  });
});

test("nothing is read in the call that brings it", () => {
  const queue = new ParseQueue(
    () => 0,
    () => true,
    () => {},
  );
  const read = new Interpretation(exchangeOf({ pieces: pieces(1) }), PLAIN_API);
  queue.push(read);
  expect(read.reply.messages).toEqual([]);
  expect(queue.size).toBe(1);
});

test("a long reply is read in many slices and handed over when it is whole", async () => {
  const texts: string[] = [];
  const queue = new ParseQueue(
    () => performance.now(),
    () => false,
    (read) => {
      if (read.claim()) texts.push(read.reply.texts.join(""));
    },
  );
  const long = pieces(3000);
  queue.push(new Interpretation(exchangeOf({ pieces: long }), PLAIN_API));
  await emptied(queue);
  expect(texts).toEqual([Array.from({ length: 3000 }, (_, k) => `${k} `).join("")]);
});

test("an exchange that goes on is read as far as it has come, and again after its end", async () => {
  const claims: boolean[] = [];
  const queue = new ParseQueue(
    () => performance.now(),
    () => true,
    (read) => claims.push(read.claim()),
  );
  const exchange = exchangeOf({ pieces: pieces(2), end: "open" });
  const read = new Interpretation(exchange, PLAIN_API);
  queue.push(read);
  await emptied(queue);
  expect(claims).toEqual([false]);
  expect(read.reply.endStamp).not.toBeNull();
  exchange.end(SENT + 100);
  queue.push(read);
  await emptied(queue);
  expect(claims).toEqual([false, true]);
});

test("what a next turn waits for is read at once, before all else, and however long in slices", async () => {
  const order: string[] = [];
  const names = new Map<Reading, string>();
  const queue = new ParseQueue(
    () => performance.now(),
    () => false,
    (read) => order.push(names.get(read)!),
  );
  const push = (name: string, count: number, awaited: boolean) => {
    const read = new Interpretation(exchangeOf({ pieces: pieces(count) }), PLAIN_API);
    names.set(read, name);
    queue.push(read, awaited);
    return read;
  };
  for (let k = 0; k < 5; k++) push(`other ${k}`, 3, false);
  const long = push("long", 20_000, true);
  push("short", 3, true);
  expect(queue.size).toBe(7);
  await emptied(queue);
  expect(order.toSorted()).toEqual([...[0, 1, 2, 3, 4].map((k) => `other ${k}`), "long", "short"].toSorted());
  expect(order.indexOf("long")).toBeLessThan(order.indexOf("short"));
  expect(long.reply.texts).toHaveLength(20_000);
  for (let k = 0; k < 5; k++) push(`later ${k}`, 3, false);
  push("first", 3, true);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toContain("first");
  await emptied(queue);
});
