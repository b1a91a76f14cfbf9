import { describe, expect, test } from "bun:test";
import type { Timeouts } from "../../src/config/run-config.ts";
import { Exchange } from "../../src/engine/exchange.ts";
import { InFlight } from "../../src/engine/in-flight.ts";
import { preparedOf } from "./engine-fixture.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** A fake clock in milliseconds, swept every 100 of them. */
class Bench {
  now = 0;
  reachable = true;
  asked = 0;
  complete = false;
  readonly inFlight: InFlight;

  constructor(timeouts: Partial<Timeouts>) {
    this.inFlight = new InFlight(
      () => this.now,
      { connectS: NEVER, readS: NEVER, totalS: NEVER, ...timeouts },
      {
        reachable: async () => {
          this.asked++;
          return this.reachable;
        },
        hasEnded: () => this.complete,
      },
    );
  }

  send(id = 1): Exchange {
    const exchange = new Exchange(preparedOf({}, id), this.now, this.now, this.now, (ended) =>
      this.inFlight.delete(ended),
    );
    this.inFlight.add(exchange);
    return exchange;
  }

  async until(ms: number): Promise<void> {
    while (this.now < ms) {
      this.now += 100;
      this.inFlight.sweep();
      await Promise.resolve();
    }
  }

  /** The service says something every 100 ms. */
  async talk(exchange: Exchange, ms: number): Promise<void> {
    while (this.now < ms) {
      exchange.piece(Uint8Array.of(1), this.now);
      await this.until(this.now + 100);
    }
  }
}

const head = (exchange: Exchange, stamp: number) => exchange.head(200, new Headers(), stamp);

describe("timeouts, late by a sweep at most", () => {
  test("total, however busy the service is", async () => {
    const bench = new Bench({ totalS: 2, readS: 1 });
    const exchange = bench.send();
    head(exchange, 0);
    await bench.talk(exchange, 2000);
    expect(exchange.ended).toBeNull();
    await bench.talk(exchange, 2200);
    expect(exchange.ended).toMatchObject({ ok: false, kind: "timeout_total", stamp: 2100 });
    expect(exchange.ended).toMatchObject({ message: expect.stringContaining("2 s (--total-timeout)") as never });
    expect(bench.inFlight.size).toBe(0);
  });

  test("silence, counted from the last thing heard; waiting for the first byte counts", async () => {
    const bench = new Bench({ readS: 1 });
    const mute = bench.send();
    const talking = bench.send(2);
    head(talking, 0);
    await bench.talk(talking, 1500);
    expect(mute.ended).toMatchObject({ ok: false, kind: "timeout_idle", stamp: 1100 });
    expect(talking.ended).toBeNull();
    await bench.until(2400);
    expect(talking.ended).toBeNull();
    await bench.until(2600);
    expect(talking.ended).toMatchObject({ ok: false, kind: "timeout_idle" });
    expect(talking.ended).toMatchObject({ message: expect.stringContaining("1 s (--read-timeout)") as never });
  });

  test("connecting: only where the address cannot be reached, and never once a head has come", async () => {
    const bench = new Bench({ connectS: 1 });
    const slow = bench.send();
    await bench.until(1000);
    expect(bench.asked).toBe(0);
    await bench.until(1500);
    expect(bench.asked).toBeGreaterThan(0);
    expect(slow.ended).toBeNull();
    const answered = bench.send(2);
    head(answered, bench.now);
    bench.reachable = false;
    await bench.until(3000);
    expect(slow.ended).toMatchObject({ ok: false, kind: "timeout_connect" });
    expect(slow.ended).toMatchObject({ message: expect.stringContaining("1 s (--connect-timeout)") as never });
    expect(answered.ended).toBeNull();
  });

  test("none asked for: none", async () => {
    const bench = new Bench({});
    const exchange = bench.send();
    await bench.until(100_000);
    expect(exchange.ended).toBeNull();
    expect(bench.asked).toBe(0);
  });

  test("an answer that comes while the address is asked for stands", async () => {
    const bench = new Bench({ connectS: 1 });
    bench.reachable = false;
    const exchange = bench.send();
    bench.now = 1500;
    bench.inFlight.sweep();
    head(exchange, 1500);
    await bench.until(3000);
    expect(exchange.ended).toBeNull();
  });
});

describe("a body that stays open", () => {
  test("after the API's own end is closed a second later, as a success", async () => {
    const bench = new Bench({ readS: 60 });
    const exchange = bench.send();
    head(exchange, 0);
    exchange.piece(Uint8Array.of(1), 100);
    bench.complete = true;
    await bench.until(1100);
    expect(exchange.ended).toBeNull();
    await bench.until(1300);
    expect(exchange.ended).toEqual({ ok: true, stamp: 1200 });
  });

  test("without that end waits for its timeout", async () => {
    const bench = new Bench({ readS: 5 });
    const exchange = bench.send();
    head(exchange, 0);
    exchange.piece(Uint8Array.of(1), 0);
    await bench.until(5000);
    expect(exchange.ended).toBeNull();
    await bench.until(5200);
    expect(exchange.ended).toMatchObject({ ok: false, kind: "timeout_idle" });
  });

  test("without a byte of it is not looked into", async () => {
    const bench = new Bench({});
    const exchange = bench.send();
    head(exchange, 0);
    bench.complete = true;
    await bench.until(5000);
    expect(exchange.ended).toBeNull();
  });
});

test("everything is given up at once when the run is cut short", () => {
  const bench = new Bench({});
  const all = [1, 2, 3].map((id) => bench.send(id));
  bench.now = 77;
  bench.inFlight.abort();
  for (const { ended } of all) expect(ended).toMatchObject({ ok: false, kind: "cancelled", stamp: 77 });
  expect(bench.inFlight.size).toBe(0);
});

test("each exchange is announced once, and not if it has ended by then", () => {
  const bench = new Bench({});
  const [one, two] = [bench.send(1), bench.send(2)];
  two.end(5);
  expect(bench.inFlight.announce()).toEqual([one]);
  const three = bench.send(3);
  expect(bench.inFlight.announce()).toEqual([three]);
  expect(bench.inFlight.announce()).toEqual([]);
  expect(bench.inFlight.size).toBe(2);
});
