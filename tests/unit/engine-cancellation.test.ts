import { expect, test } from "bun:test";
import { Cancellation } from "../../src/engine/cancellation.ts";
import { Exchange } from "../../src/engine/exchange.ts";
import { preparedOf } from "./engine-fixture.ts";

const now = () => performance.now();

function exchangeOf(id: number, sent = now()): Exchange {
  return new Exchange(preparedOf({}, id), sent, sent, sent, () => {});
}

async function ended(exchange: Exchange, ms = 5000): Promise<number> {
  for (const until = now() + ms; exchange.ended === null; await Bun.sleep(1)) {
    if (now() > until) throw new Error("waited in vain");
  }
  return exchange.ended.stamp;
}

test("a chosen request is given up when its time is over, by name", async () => {
  const cancellation = new Cancellation(now, { share: 1, afterS: 0.05 }, 1);
  const exchange = exchangeOf(1);
  cancellation.watch(exchange);
  const stamp = await ended(exchange);
  expect(stamp - exchange.sent).toBeGreaterThanOrEqual(49);
  expect(exchange.ended).toMatchObject({ ok: false, kind: "cancelled_on_purpose" });
  expect(exchange.ended).toMatchObject({ message: expect.stringContaining("0.05 s (--cancel-after)") as never });
});

test("its time begins when it was written, where the transport can tell", async () => {
  const cancellation = new Cancellation(now, { share: 1, afterS: 0.06 }, 1);
  const exchange = exchangeOf(1);
  const passage = { newConnection: null, connectS: null, tlsS: null, written: null, wireSent: 0, wireReceived: 0 };
  exchange.travels(passage);
  cancellation.watch(exchange);
  await Bun.sleep(100);
  expect(exchange.ended).toBeNull();
  const written = now();
  exchange.travels({ ...passage, written });
  expect((await ended(exchange)) - written).toBeGreaterThanOrEqual(59);
});

test("what has ended is forgotten, what was not chosen is left alone, and nobody is without --cancel", async () => {
  const all = new Cancellation(now, { share: 1, afterS: 0.03 }, 1);
  const done = exchangeOf(1);
  all.watch(done);
  done.end(now());
  all.forget(done);
  const spared = exchangeOf(2);
  new Cancellation(now, { share: 0, afterS: 0 }, 1).watch(spared);
  new Cancellation(now, null, 1).watch(spared);
  await Bun.sleep(60);
  expect(done.ended).toMatchObject({ ok: true });
  expect(spared.ended).toBeNull();
});

test("who is chosen follows from the seed and the number alone", () => {
  const chosen = (seed: number) => {
    const cancellation = new Cancellation(now, { share: 0.3, afterS: 0 }, seed);
    return Array.from({ length: 2000 }, (_, id) => {
      const exchange = exchangeOf(id);
      cancellation.watch(exchange);
      return exchange.ended !== null;
    });
  };
  const first = chosen(7);
  expect(chosen(7)).toEqual(first);
  expect(chosen(8)).not.toEqual(first);
  const count = first.filter(Boolean).length;
  expect(count).toBeGreaterThan(500);
  expect(count).toBeLessThan(700);
});
