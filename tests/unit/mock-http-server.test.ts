import { afterEach, describe, expect, test } from "bun:test";
import type { Exchange } from "../../src/mock/http-exchange.ts";
import { listenHttp } from "../../src/mock/http-server.ts";

let closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers) close();
  closers = [];
});

function serve(onRequest: (exchange: Exchange) => void): number {
  const listener = listenHttp("127.0.0.1", 0, { onOpen() {}, onClose() {}, onRequest });
  closers.push(() => listener.stop(true));
  return listener.port;
}

interface Wire {
  write(text: string): void;
  /** Stops and goes on reading. */
  pause(): void;
  resume(): void;
  /** Everything received until the condition holds. */
  until(done: (text: string) => boolean): Promise<string>;
  closed: Promise<void>;
  close(): void;
}

async function connect(port: number): Promise<Wire> {
  let text = "";
  let check: () => void = () => {};
  const closed = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      data(_, bytes) {
        text += bytes.toString("latin1");
        check();
      },
      close: () => closed.resolve(),
    },
  });
  closers.push(() => socket.terminate());
  return {
    write: (out) => void socket.write(out),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    until: (done) =>
      new Promise((resolve) => {
        check = () => done(text) && resolve(text);
        check();
      }),
    closed: closed.promise,
    close: () => socket.terminate(),
  };
}

const POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi";

describe("replies", () => {
  test("in pieces are HTTP chunks, their sizes in bytes; the connection serves on", async () => {
    const port = serve((exchange) => {
      exchange.start("text/plain", ["å"]);
      exchange.write(["bc", "d"]);
      exchange.end(["e"]);
    });
    const wire = await connect(port);
    wire.write(POST);
    const first = await wire.until((text) => text.endsWith("0\r\n\r\n"));
    expect(first).toContain("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n");
    expect(first).toContain("\r\n\r\n2\r\n\xc3\xa5\r\n2\r\nbc\r\n1\r\nd\r\n1\r\ne\r\n0\r\n\r\n");
    wire.write(POST);
    expect(await wire.until((text) => text.length === 2 * first.length)).toBe(first + first);
  });

  test("HTTP/1.0 gets the pieces bare and the end of the connection as their end", async () => {
    const port = serve((exchange) => {
      exchange.start("text/plain", ["a"]);
      exchange.end(["b"]);
    });
    const wire = await connect(port);
    wire.write("GET / HTTP/1.0\r\n\r\n");
    await wire.closed;
    const text = await wire.until(() => true);
    expect(text).toEndWith("\r\n\r\nab");
    expect(text).not.toContain("chunked");
    expect(text).toContain("Connection: close\r\n");
  });

  test("HEAD gets a length and no body", async () => {
    const wire = await connect(serve((exchange) => exchange.send(200, "text/plain", "body")));
    wire.write("HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n");
    await wire.closed;
    expect(await wire.until(() => true)).toMatch(/Content-Length: 4\r\n(\S.*\r\n)*\r\n$/);
  });
});

describe("connections", () => {
  test("pipelined requests are answered one at a time, in order", async () => {
    const waiting: Exchange[] = [];
    let most = 0;
    const port = serve((exchange) => {
      waiting.push(exchange);
      most = Math.max(most, waiting.length);
      setTimeout(() => waiting.shift()!.send(200, "text/plain", exchange.request.target), 2);
    });
    const wire = await connect(port);
    wire.write(Array.from({ length: 20 }, (_, i) => `GET /${i} HTTP/1.1\r\n\r\n`).join(""));
    const text = await wire.until((all) => all.endsWith("/19"));
    expect([...text.matchAll(/\/\d+$|\/\d+(?=HTTP)/gm)].map(([path]) => path)).toEqual(
      Array.from({ length: 20 }, (_, i) => `/${i}`),
    );
    expect(most).toBe(1);
  });

  test("thousands of requests in one read do not exhaust the stack", async () => {
    const wire = await connect(serve((exchange) => exchange.send(200, "text/plain", exchange.request.target)));
    wire.write("GET /x HTTP/1.1\r\n\r\n".repeat(20_000));
    wire.write("GET /last HTTP/1.1\r\n\r\n");
    expect((await wire.until((all) => all.endsWith("/last"))).match(/200 OK/g)!.length).toBe(20_001);
  });

  test("a client that waits for leave to send its body gets it", async () => {
    const wire = await connect(serve((exchange) => exchange.send(200, "text/plain", exchange.request.body.toString())));
    wire.write("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    await wire.until((text) => text === "HTTP/1.1 100 Continue\r\n\r\n");
    wire.write("plumb");
    expect(await wire.until((text) => text.endsWith("plumb"))).toContain("200 OK");
  });

  test("what is no HTTP gets its status and the end", async () => {
    const wire = await connect(serve(() => {}));
    wire.write("nonsense\r\n\r\n");
    await wire.closed;
    expect(await wire.until(() => true)).toStartWith("HTTP/1.1 400 Bad Request\r\n");
  });

  test("a client that goes away is told of once, and writing on does no harm", async () => {
    const begun = Promise.withResolvers<Exchange>();
    const gone = Promise.withResolvers<void>();
    let ends = 0;
    const port = serve((exchange) => {
      exchange.onDone = () => ends++;
      exchange.onGone = () => {
        ends++;
        gone.resolve();
      };
      exchange.start("text/plain", ["a"]);
      begun.resolve(exchange);
    });
    const wire = await connect(port);
    wire.write(POST);
    const exchange = await begun.promise;
    wire.close();
    await gone.promise;
    expect(exchange.gone).toBe(true);
    exchange.write(["b"]);
    exchange.end(["c"]);
    await Bun.sleep(20);
    expect(ends).toBe(1);
  });
});

test("a client that does not read holds the writer back, and then gets every byte", async () => {
  const piece = "铅垂".repeat(20_000);
  const pieces = 200;
  let written = 0;
  let refused = 0;
  const done = Promise.withResolvers<void>();
  const port = serve((exchange) => {
    const more = () => {
      while (written < pieces - 1) {
        written++;
        if (!exchange.write([piece])) {
          refused++;
          return;
        }
      }
      exchange.end([piece]);
    };
    exchange.onDrain = more;
    exchange.onDone = () => done.resolve();
    if (exchange.start("text/plain", [])) more();
  });
  const wire = await connect(port);
  wire.pause();
  wire.write("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
  while (refused === 0) await Bun.sleep(2);
  await Bun.sleep(20);
  expect(written).toBeLessThan(pieces - 1);
  wire.resume();
  await wire.closed;
  await done.promise;
  const text = Buffer.from(await wire.until(() => true), "latin1").toString();
  const size = Buffer.byteLength(piece).toString(16);
  expect(text.slice(text.indexOf("\r\n\r\n") + 4) === `${`${size}\r\n${piece}\r\n`.repeat(pieces)}0\r\n\r\n`).toBe(
    true,
  );
});
