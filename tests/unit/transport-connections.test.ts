import { describe, expect, test } from "bun:test";
import { CHUNKED_HEAD, chunkOf, RawServer, replyOf } from "./raw-server.ts";
import { requestTo } from "./response-log.ts";
import { ByteLog, KeepingServer, sent, socketTransport } from "./socket-fixture.ts";

const OK = replyOf(200, {}, "ok");

describe("kept connections", () => {
  test("one a slot, whatever the number of requests: the next is sent in the moment the last ends", async () => {
    const SLOTS = 20;
    using server = new KeepingServer((socket) => {
      setTimeout(() => socket.write(`${CHUNKED_HEAD}${chunkOf("x")}0\r\n\r\n`), Math.random() * 5);
    });
    const transport = socketTransport();
    let left = 400;
    let ended = 0;
    await new Promise<void>((resolve) => {
      const next = () => {
        if (left-- <= 0) return;
        const log = new ByteLog();
        transport.send(requestTo(server.url), {
          travels: (passage) => log.travels(passage),
          head: () => {},
          piece: () => {},
          resent: () => log.resent(),
          fail: (kind, message) => {
            throw new Error(`${kind}: ${message}`);
          },
          end: () => {
            if (++ended === 400) resolve();
            next();
          },
        });
      };
      for (let slot = 0; slot < SLOTS; slot++) next();
    });
    expect(server.opened).toBe(SLOTS);
    expect(transport.opened).toBe(SLOTS);
    expect(server.asked.length).toBe(400);
  });

  test("go when the transport is closed, and so does what comes free later", async () => {
    using server = new KeepingServer((socket, { turn, connection }) => {
      if (connection < 3 || turn > 0) socket.write(OK);
      else setTimeout(() => socket.write(OK), 60);
    });
    const transport = socketTransport();
    const [, , , late] = [0, 1, 2, 3].map(() => sent(transport, requestTo(server.url)));
    while (server.asked.length < 4) await Bun.sleep(2);
    await Bun.sleep(20);
    transport.close();
    for (let waited = 0; server.closed < 3 && waited < 5000; waited += 5) await Bun.sleep(5);
    expect(server.closed).toBe(3);
    expect((await late)!.calls.at(-1)).toBe("end");
    await sent(transport, requestTo(server.url));
    expect(server.asked.at(-1)).toMatchObject({ connection: 4, turn: 0 });
  });

  test("the one that came free last goes first", async () => {
    using server = new KeepingServer((socket, { connection, turn }) => {
      setTimeout(() => socket.write(OK), turn === 0 ? 20 + 60 * connection : 0);
    });
    const transport = socketTransport();
    await Promise.all([0, 1, 2].map(() => sent(transport, requestTo(server.url))));
    await sent(transport, requestTo(server.url));
    expect(server.asked.at(-1)).toMatchObject({ connection: 2, turn: 1 });
  });

  test("one that the server closes while idle is dropped: a new one, and no second attempt", async () => {
    using server = new KeepingServer((socket) => {
      socket.write(OK);
      setTimeout(() => socket.end(), 10);
    });
    const transport = socketTransport();
    await sent(transport, requestTo(server.url));
    await Bun.sleep(60);
    const log = await sent(transport, requestTo(server.url));
    expect(log).toMatchObject({ text: "ok", resends: 0, passage: { newConnection: true } });
  });

  test("bytes that nobody asked for end it, idle or behind a reply", async () => {
    using idle = new KeepingServer((socket) => {
      socket.write(OK);
      setTimeout(() => socket.write("HTTP/1.1 408 Late\r\ncontent-length: 0\r\n\r\n"), 10);
    });
    using behind = new KeepingServer((socket) => void socket.write(Buffer.concat([OK, OK])));
    for (const server of [idle, behind]) {
      const transport = socketTransport();
      expect((await sent(transport, requestTo(server.url))).text).toBe("ok");
      await Bun.sleep(60);
      const log = await sent(transport, requestTo(server.url));
      expect(log).toMatchObject({ text: "ok", resends: 0, passage: { newConnection: true } });
    }
  });

  test("a server that says it closes is not asked again there", async () => {
    const replies = [replyOf(200, { connection: "close" }, "ok"), "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok"];
    for (const reply of replies) {
      using server = new KeepingServer((socket) => void socket.write(reply));
      const transport = socketTransport();
      for (let index = 0; index < 3; index++) {
        const log = await sent(transport, requestTo(server.url));
        expect(log).toMatchObject({ text: "ok", resends: 0, passage: { newConnection: true } });
      }
    }
  });

  test("to each origin its own", async () => {
    using one = new KeepingServer((socket) => void socket.write(OK));
    using two = new KeepingServer((socket) => void socket.write(OK));
    const transport = socketTransport();
    for (const server of [one, two, one, two]) await sent(transport, requestTo(server.url));
    expect([one.opened, two.opened, transport.opened]).toEqual([1, 1, 2]);
  });
});

describe("a kept connection that turns out to be gone", () => {
  const breaks = {
    closed: (socket: { end(): void }) => socket.end(),
    reset: (socket: { terminate(): void }) => socket.terminate(),
  };

  test.each(["closed", "reset"] as const)("%s before a byte: sent once more, on a new one", async (how) => {
    using server = new KeepingServer((socket, { turn }) => {
      if (turn === 0) socket.write(OK);
      else breaks[how](socket);
    });
    const transport = socketTransport();
    await sent(transport, requestTo(server.url));
    const log = await sent(transport, requestTo(server.url));
    expect(log).toMatchObject({ text: "ok", resends: 1, passage: { newConnection: true } });
    expect(log.calls).toEqual(["head", "piece", "end"]);
    expect(log.passage!.connectS).not.toBeNull();
    expect(log.passage!.wireSent).toBe(2 * (server.asked[0]!.head.length + 4 + 2));
    expect(server.opened).toBe(2);
  });

  test("not twice: what a new connection loses is lost", async () => {
    using server = new KeepingServer((socket, { connection, turn }) => {
      if (connection === 0 && turn === 0) socket.write(OK);
      else socket.end();
    });
    const transport = socketTransport();
    await sent(transport, requestTo(server.url));
    const log = await sent(transport, requestTo(server.url));
    expect(log).toMatchObject({ resends: 1, failure: { kind: "reset" } });
    expect(log.calls).toEqual(["fail"]);
    const first = await sent(transport, requestTo(server.url));
    expect(first).toMatchObject({ resends: 0, failure: { kind: "reset" } });
  });

  test("not after a byte", async () => {
    using server = new KeepingServer((socket, { turn }) => {
      socket.write(turn === 0 ? OK : "HTTP");
      if (turn > 0) socket.end();
    });
    const transport = socketTransport();
    await sent(transport, requestTo(server.url));
    expect(await sent(transport, requestTo(server.url))).toMatchObject({ resends: 0, failure: { kind: "reset" } });
  });

  test("a server that closes behind every reply is found out: connections are no longer kept", async () => {
    // Announced as kept, closed with the reply: the next request is already under way.
    using server = new KeepingServer((socket) => void socket.end(OK));
    const transport = socketTransport();
    const resends: number[] = [];
    await new Promise<void>((resolve) => {
      const next = () => {
        if (resends.length === 10) return resolve();
        const log = new ByteLog();
        transport.send(requestTo(server.url), {
          travels: () => {},
          head: () => {},
          piece: () => {},
          resent: () => log.resent(),
          fail: (kind, message) => {
            throw new Error(`${kind}: ${message}`);
          },
          end: () => {
            resends.push(log.resends);
            next();
          },
        });
      };
      next();
    });
    expect(resends).toEqual([0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect(transport.opened).toBe(10);
  });
});

describe("--connections", () => {
  test("new: one a request, closed by the server, which is told so", async () => {
    using server = new KeepingServer((socket) => {
      socket.write(OK);
      setTimeout(() => socket.end(), 10);
    });
    const transport = socketTransport({ use: "new" });
    for (let index = 0; index < 3; index++) await sent(transport, requestTo(server.url));
    expect(server.opened).toBe(3);
    for (const { head } of server.asked) expect(head.toLowerCase()).toContain("connection: close");
    await Bun.sleep(100);
    expect(server.closed).toBe(3);
  });

  test("new: a server that never closes them does not use up the descriptors", async () => {
    using server = new KeepingServer((socket) => void socket.write(OK));
    const transport = socketTransport({ use: "new" });
    for (let index = 0; index < 400; index++) await sent(transport, requestTo(server.url));
    await Bun.sleep(50);
    expect(server.opened).toBe(400);
    expect(server.closed).toBeGreaterThan(100);
  });

  test("session: one a conversation, and one a request outside of any", async () => {
    using server = new KeepingServer((socket) => void socket.write(OK));
    const transport = socketTransport({ use: "session" });
    for (const conversation of ["a", "b", "a", null, "b", null, "a"]) {
      await sent(transport, requestTo(server.url, { conversation }));
    }
    expect(server.asked.map(({ connection }) => connection)).toEqual([0, 1, 0, 2, 1, 3, 0]);
  });

  test("pooled: a conversation's turns go wherever there is one", async () => {
    using server = new KeepingServer((socket) => void socket.write(OK));
    const transport = socketTransport();
    for (const conversation of ["a", "b", "c"]) await sent(transport, requestTo(server.url, { conversation }));
    expect(server.opened).toBe(1);
  });
});

test("an idle connection does not keep a process from ending", async () => {
  using server = new RawServer((peer) => peer.write(OK));
  const program = `
    import { sent, socketTransport } from ${JSON.stringify(`${import.meta.dir}/socket-fixture.ts`)};
    import { requestTo } from ${JSON.stringify(`${import.meta.dir}/response-log.ts`)};
    const timer = setInterval(() => {}, 1000);
    process.stdout.write((await sent(socketTransport(), requestTo(${JSON.stringify(server.url)}))).text);
    clearInterval(timer);
  `;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit" });
  const late = setTimeout(() => child.kill(), 4000);
  expect(await child.exited).toBe(0);
  clearTimeout(late);
  expect(await child.stdout.text()).toBe("ok");
});
