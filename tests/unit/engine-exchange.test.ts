import { expect, test } from "bun:test";
import fc from "fast-check";
import { Exchange } from "../../src/engine/exchange.ts";
import { preparedOf } from "./engine-fixture.ts";

function watched() {
  const ends: Exchange[] = [];
  const exchange = new Exchange(preparedOf(), 1, 2, 3, (ended) => ends.push(ended));
  let givenUp = 0;
  exchange.giveUp = () => {
    givenUp++;
  };
  return { exchange, ends, givenUp: () => givenUp };
}

const step = fc.constantFrom<(exchange: Exchange, stamp: number) => void>(
  (exchange, stamp) => exchange.head(200, new Headers(), stamp),
  (exchange, stamp) => exchange.piece(Uint8Array.of(1, 2), stamp),
  (exchange, stamp) => exchange.end(stamp),
  (exchange, stamp) => exchange.fail("reset", "gone", stamp),
  (exchange, stamp) => exchange.stop({ ok: false, kind: "timeout_total", message: "late", stamp }),
  (exchange, stamp) => exchange.stop({ ok: true, stamp }),
);

test("ends exactly once, with what came first, whoever ends it", () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const { exchange, ends, givenUp } = watched();
      const states = steps.map((act, stamp) => {
        act(exchange, stamp);
        return exchange.ended;
      });
      const first = states.find((ended) => ended !== null) ?? null;
      expect(exchange.ended).toBe(first);
      expect(ends).toEqual(first === null ? [] : [exchange]);
      expect(givenUp()).toBeLessThanOrEqual(1);
    }),
  );
});

test("notes every read with its moment, and what was last heard", () => {
  const { exchange } = watched();
  expect(exchange).toMatchObject({ heard: 3, status: null, headers: null, ended: null });
  exchange.head(201, new Headers({ a: "b" }), 10);
  expect(exchange.heard).toBe(10);
  exchange.piece(Uint8Array.of(1, 2, 3), 11);
  exchange.piece(Uint8Array.of(4), 12.5);
  exchange.piece(Uint8Array.of(0, 5, 6, 0), 13, 1, 3);
  expect(exchange).toMatchObject({ heard: 13, status: 201, bytes: 6 });
  expect(exchange.body.stamps).toEqual([11, 12.5, 13]);
  expect(exchange.headers?.get("a")).toBe("b");
  expect([0, 1, 2].map((read) => [exchange.body.startOf(read), exchange.body.endOf(read)])).toEqual([
    [0, 3],
    [3, 4],
    [4, 6],
  ]);
  expect([...exchange.body.bytes()]).toEqual([1, 2, 3, 4, 5, 6]);
});

test("stopping it from our side tells the transport first; ending by itself does not", () => {
  const stopped = watched();
  stopped.exchange.stop({ ok: true, stamp: 9 });
  expect(stopped.givenUp()).toBe(1);
  const ended = watched();
  ended.exchange.end(9);
  ended.exchange.stop({ ok: true, stamp: 10 });
  expect(ended.givenUp()).toBe(0);
  expect(ended.exchange.ended).toEqual({ ok: true, stamp: 9 });
});

test("a body that grows too large is given up at once, by whichever way its bytes come; what came is kept", () => {
  for (const how of ["piece", "count"] as const) {
    const ends: Exchange[] = [];
    const exchange = new Exchange(preparedOf(), 1, 2, 3, (ended) => ends.push(ended), 1_000_000);
    let givenUp = 0;
    exchange.giveUp = () => {
      givenUp++;
    };
    const bring = (bytes: number, stamp: number) => {
      if (how === "piece") exchange.piece(new Uint8Array(bytes), stamp);
      else exchange.count(bytes, stamp);
    };
    bring(999_999, 10);
    bring(1, 11);
    expect(exchange.ended).toBeNull();
    bring(1, 12);
    const message = "the body is larger than 1 MB (--max-response-mb)";
    expect(exchange.ended).toEqual({ ok: false, kind: "too_large", message, stamp: 12 });
    expect([givenUp, ends.length]).toEqual([1, 1]);
    expect(exchange.body.reads).toBe(how === "piece" ? 2 : 0);
  }
});

test("of a body that is too large its beginning is kept, and its length is known", () => {
  const exchange = new Exchange(preparedOf(), 1, 2, 3, () => {}, 10_000_000);
  for (let piece = 0; piece <= 100; piece++) exchange.piece(new Uint8Array(100_000).fill(piece), piece);
  expect(exchange.ended).toMatchObject({ kind: "too_large", stamp: 100 });
  expect(exchange.bytes).toBe(10_100_000);
  const { body } = exchange;
  expect(body.stamps).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(body.stamps.map((_, read) => body.bytes(body.startOf(read), body.endOf(read))[0])).toEqual(body.stamps);
  expect(body.length).toBe(1_000_000);
});
