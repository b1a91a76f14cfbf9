import { describe, expect, test } from "bun:test";
import type { Timeouts } from "../../src/config/run-config.ts";
import { Exchange } from "../../src/engine/exchange.ts";
import { InFlight } from "../../src/engine/in-flight.ts";
import type { Reach } from "../../src/transport/reachable.ts";
import type { Passage } from "../../src/transport/transport.ts";
import { preparedOf } from "./engine-fixture.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** A fake clock in milliseconds, swept every 100 of them. */
class Bench {
  now = 0;
  reach: Reach | null = "reachable";
  asked = 0;
  readonly answered: string[] = [];
  complete = false;
  readonly inFlight: InFlight;

  constructor(timeouts: Partial<Timeouts>) {
    this.inFlight = new InFlight(
      () => this.now,
      { connectS: NEVER, readS: NEVER, totalS: NEVER, ...timeouts },
      {
        reach: {
          look: () => {
            this.asked++;
            return this.reach;
          },
          answered: (url) => this.answered.push(url),
        },
        hasEnded: () => this.complete,
      },
    );
  }

  send(id = 1, url = "http://127.0.0.1:8000/"): Exchange {
    const prepared = preparedOf({}, id);
    prepared.wire.url = url;
    const exchange = new Exchange(prepared, this.now, this.now, this.now, (ended) => this.inFlight.delete(ended));
    this.inFlight.add(exchange);
    return exchange;
  }

  until(ms: number): void {
    while (this.now < ms) {
      this.now += 100;
      this.inFlight.sweep();
    }
  }

  /** The service says something every 100 ms. */
  talk(exchange: Exchange, ms: number): void {
    while (this.now < ms) {
      exchange.piece(Uint8Array.of(1), this.now);
      this.until(this.now + 100);
    }
  }
}

const head = (exchange: Exchange, stamp: number) => exchange.head(200, new Headers(), stamp);

describe("timeouts, late by a sweep at most", () => {
  test("total, however busy the service is", () => {
    const bench = new Bench({ totalS: 2, readS: 1 });
    const exchange = bench.send();
    head(exchange, 0);
    bench.talk(exchange, 2000);
    expect(exchange.ended).toBeNull();
    bench.talk(exchange, 2200);
    expect(exchange.ended).toMatchObject({ ok: false, kind: "timeout_total", stamp: 2100 });
    expect(exchange.ended).toMatchObject({ message: expect.stringContaining("2 s (--total-timeout)") as never });
    expect(bench.inFlight.size).toBe(0);
  });

  test("silence, counted from the last thing heard; waiting for the first byte counts", () => {
    const bench = new Bench({ readS: 1 });
    const mute = bench.send();
    const talking = bench.send(2);
    head(talking, 0);
    bench.talk(talking, 1500);
    expect(mute.ended).toMatchObject({ ok: false, kind: "timeout_idle", stamp: 1100 });
    expect(talking.ended).toBeNull();
    bench.until(2400);
    expect(talking.ended).toBeNull();
    bench.until(2600);
    expect(talking.ended).toMatchObject({ ok: false, kind: "timeout_idle" });
    expect(talking.ended).toMatchObject({ message: expect.stringContaining("1 s (--read-timeout)") as never });
  });

  test("connecting: only where the address cannot be reached, and never once a head has come", () => {
    const bench = new Bench({ connectS: 1 });
    const slow = bench.send();
    bench.until(500);
    expect(bench.asked).toBe(0);
    bench.until(1500);
    expect(bench.asked).toBeGreaterThan(0);
    expect(slow.ended).toBeNull();
    const answered = bench.send(2);
    head(answered, bench.now);
    bench.reach = null;
    bench.until(2500);
    expect(slow.ended).toBeNull();
    bench.reach = "unreachable";
    bench.until(3000);
    expect(slow.ended).toMatchObject({
      kind: "timeout_connect",
      message: "no connection within 1 s (--connect-timeout)",
    });
    expect(answered.ended).toBeNull();
  });

  test("connecting: asked for early, and never ended before its time", () => {
    const bench = new Bench({ connectS: 1 });
    bench.reach = "unreachable";
    const exchange = bench.send();
    bench.until(1000);
    expect(bench.asked).toBeGreaterThan(0);
    expect(exchange.ended).toBeNull();
    bench.until(1100);
    expect(exchange.ended).toMatchObject({ kind: "timeout_connect", stamp: 1100 });
  });

  test("connecting: a TLS handshake that nobody takes part in", () => {
    const bench = new Bench({ connectS: 1 });
    bench.reach = "no-tls";
    const exchange = bench.send();
    bench.until(1200);
    const message = "connected, but no TLS handshake within 1 s (--connect-timeout)";
    expect(exchange.ended).toMatchObject({ ok: false, kind: "timeout_connect", message });
  });

  test("a plugin whose parts come in is connected, wherever it talks to", () => {
    const bench = new Bench({ connectS: 1 });
    bench.reach = "unreachable";
    const exchange = bench.send();
    exchange.part({ data: "x" }, { stamp: 0, read: null });
    bench.until(3000);
    expect(exchange.ended).toBeNull();
  });

  describe("where the transport can tell, its word counts and nobody is asked", () => {
    const BLANK: Passage = {
      newConnection: null,
      connectS: null,
      tlsS: null,
      written: null,
      wireSent: 0,
      wireReceived: 0,
    };
    const https = "https://127.0.0.1:8000/";
    test.each<[string, Partial<Passage>, string | undefined, lack: string | null]>([
      ["waiting for a connection", {}, undefined, "no connection"],
      ["connecting", { newConnection: true }, undefined, "no connection"],
      ["connected", { newConnection: true, connectS: 0.1 }, undefined, null],
      ["a kept connection", { newConnection: false }, https, null],
      ["in the handshake", { newConnection: true, connectS: 0.1 }, https, "connected, but no TLS handshake"],
      ["behind the handshake", { newConnection: true, connectS: 0.1, tlsS: 0.1 }, https, null],
    ])("%s", (_, known, url, lack) => {
      const bench = new Bench({ connectS: 1 });
      const exchange = bench.send(1, url);
      exchange.travels({ ...BLANK, ...known });
      bench.until(3000);
      expect(bench.asked).toBe(0);
      if (lack === null) expect(exchange.ended).toBeNull();
      else expect(exchange.ended).toMatchObject({ message: `${lack} within 1 s (--connect-timeout)`, stamp: 1100 });
    });
  });

  test("what has answered is known to be there", () => {
    const bench = new Bench({});
    const [mute, answered] = [bench.send(1, "http://a/"), bench.send(2, "http://b/")];
    head(answered, 1);
    for (const exchange of [mute, answered]) exchange.fail("reset", "gone", 2);
    expect(bench.answered).toEqual(["http://b/"]);
  });

  test("none asked for: none", () => {
    const bench = new Bench({});
    const exchange = bench.send();
    bench.until(100_000);
    expect(exchange.ended).toBeNull();
    expect(bench.asked).toBe(0);
  });
});

describe("a body that stays open", () => {
  test("after the API's own end is closed a second later, as a success", () => {
    const bench = new Bench({ readS: 60 });
    const exchange = bench.send();
    head(exchange, 0);
    exchange.piece(Uint8Array.of(1), 100);
    bench.complete = true;
    bench.until(1100);
    expect(exchange.ended).toBeNull();
    bench.until(1300);
    expect(exchange.ended).toEqual({ ok: true, stamp: 1200 });
  });

  test("without that end waits for its timeout", () => {
    const bench = new Bench({ readS: 5 });
    const exchange = bench.send();
    head(exchange, 0);
    exchange.piece(Uint8Array.of(1), 0);
    bench.until(5000);
    expect(exchange.ended).toBeNull();
    bench.until(5200);
    expect(exchange.ended).toMatchObject({ ok: false, kind: "timeout_idle" });
  });

  test("without a byte of it is not looked into", () => {
    const bench = new Bench({});
    const exchange = bench.send();
    head(exchange, 0);
    bench.complete = true;
    bench.until(5000);
    expect(exchange.ended).toBeNull();
  });
});

test("everything is given up at once when the run is cut short", () => {
  const bench = new Bench({});
  const all = [1, 2, 3].map((id) => bench.send(id));
  bench.now = 77;
  bench.inFlight.abort("the run was interrupted");
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

test("thousands of stalled streams are looked at once a sweep, and asked for by one answer", () => {
  const bench = new Bench({ connectS: 1, readS: 100 });
  const all = Array.from({ length: 5000 }, (_, id) => bench.send(id));
  for (const exchange of all.slice(0, 2500)) {
    head(exchange, 0);
    exchange.piece(Uint8Array.of(1), 0);
  }
  bench.now = 2000;
  bench.inFlight.sweep();
  expect(bench.asked).toBe(2500);
  bench.now = 100_200;
  bench.inFlight.sweep();
  for (const { ended } of all) expect(ended).toMatchObject({ kind: "timeout_idle" });
  expect(bench.inFlight.size).toBe(0);
});
