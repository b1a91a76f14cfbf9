import { describe, expect, test } from "bun:test";
import { CHUNKED_HEAD, chunkOf, closedPort, RawServer, replyOf } from "./raw-server.ts";
import { requestTo } from "./response-log.ts";
import { ByteLog, KeepingServer, sent, socketTransport } from "./socket-fixture.ts";

const OK = replyOf(200, {}, "ok");

describe("order and times", () => {
  test("head, pieces, one end; the pieces are the body and stay it; the stamps go forward", async () => {
    using server = new RawServer(async (peer) => {
      peer.write(CHUNKED_HEAD);
      for (const text of ["one ", "two ", "three"]) {
        await Bun.sleep(40);
        peer.write(chunkOf(text));
      }
      await Bun.sleep(40);
      peer.write("0\r\n\r\n");
    });
    const start = performance.now();
    const log = await sent(socketTransport(), requestTo(server.url));
    const stop = performance.now();
    expect(log.calls).toEqual(["head", "piece", "piece", "piece", "end"]);
    expect(log.text).toBe("one two three");
    expect(log.bytes.toString()).toBe("one two three");
    const stamps = log.entries.map(({ stamp }) => stamp);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(stamps[0]!).toBeGreaterThanOrEqual(start);
    expect(stamps.at(-1)!).toBeLessThanOrEqual(stop);
    // The server took at least 160 ms from its head to its end: they are not one read.
    expect(stamps.at(-1)! - stamps[0]!).toBeGreaterThan(40);
  });

  test("several chunks of one read are one piece, with one stamp", async () => {
    using server = new RawServer((peer) =>
      peer.write(`${CHUNKED_HEAD}${chunkOf("a")}${chunkOf("bb")}${chunkOf("ccc")}0\r\n\r\n`),
    );
    const log = await sent(socketTransport(), requestTo(server.url));
    expect(log.calls).toEqual(["head", "piece", "end"]);
    expect(log.text).toBe("abbccc");
    expect(new Set(log.entries.map(({ stamp }) => stamp)).size).toBe(1);
  });

  test("what is known of the way", async () => {
    using server = new KeepingServer((socket) => void socket.write(OK));
    const transport = socketTransport();
    const first = await sent(transport, requestTo(server.url));
    const { head, body } = server.asked[0]!;
    const bytes = head.length + 4 + body.length;
    expect(first.passage).toMatchObject({ newConnection: true, tlsS: null, wireSent: bytes, wireReceived: OK.length });
    expect(first.passage!.connectS!).toBeGreaterThan(0);
    expect(first.passage!.connectS!).toBeLessThan(5);
    expect(first.passage!.written!).toBeLessThanOrEqual(first.entries[0]!.stamp);
    const second = await sent(transport, requestTo(server.url));
    expect(second.passage).toMatchObject({ newConnection: false, connectS: null, wireSent: bytes });
    expect(transport.opened).toBe(1);
  });

  test("a body that ends with the connection is whole; one that a reset cuts is not", async () => {
    const head = "HTTP/1.1 200 OK\r\n\r\n";
    using ending = new RawServer((peer) => {
      peer.write(`${head}hello`);
      setTimeout(() => peer.end(), 20);
    });
    const whole = await sent(socketTransport(), requestTo(ending.url));
    expect(whole.calls.at(-1)).toBe("end");
    expect(whole.text).toBe("hello");
    using breaking = new RawServer((peer) => {
      peer.write(`${head}hello`);
      setTimeout(() => peer.reset(), 20);
    });
    const cut = await sent(socketTransport(), requestTo(breaking.url));
    expect(cut.text).toBe("hello");
    expect(cut.failure.kind).toBe("reset");
  });

  test("a HEAD, a GET, a redirect, an interim reply", async () => {
    using server = new KeepingServer((socket, { head }) => {
      const redirect = replyOf(307, { location: "http://127.0.0.1:1/" });
      if (head.startsWith("HEAD")) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n");
      else if (head.startsWith("GET")) socket.write(redirect);
      else socket.write(Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\n\r\n"), OK]));
    });
    const transport = socketTransport();
    const answers = [];
    for (const method of ["HEAD", "GET", "POST"]) {
      const body = method === "POST" ? "{}" : null;
      const log = await sent(transport, requestTo(server.url, { method, body }));
      answers.push([log.entries[0], log.text, log.calls.at(-1)]);
    }
    expect(answers).toMatchObject([
      [{ status: 200 }, "", "end"],
      [{ status: 307 }, "", "end"],
      [{ status: 200 }, "ok", "end"],
    ]);
    expect(transport.opened).toBe(1);
  });
});

describe("requests that are longer than what the system takes at once", () => {
  const body = "x".repeat(12_000_000);

  test("go out whole, and `written` is when the last of it did", async () => {
    using server = new KeepingServer((socket) => void socket.write(OK));
    const start = performance.now();
    const log = await sent(socketTransport(), requestTo(server.url, { body }));
    expect(log.text).toBe("ok");
    expect(server.asked[0]!.body.length).toBe(body.length);
    expect(log.passage!.wireSent).toBe(server.asked[0]!.head.length + 4 + body.length);
    expect(log.passage!.written!).toBeGreaterThan(start);
    expect(log.passage!.written!).toBeLessThanOrEqual(log.entries[0]!.stamp);
  });

  test("may be answered before they are out: the connection is not used again", async () => {
    const transport = socketTransport();
    const paused = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: (socket) => {
          socket.pause();
          socket.write(replyOf(413, {}, "too long"));
        },
        data: () => {},
        error: () => {},
      },
    });
    const early = await sent(transport, requestTo(`http://127.0.0.1:${paused.port}/`, { body }));
    expect(early.entries[0]).toMatchObject({ call: "head", status: 413 });
    expect(early.text).toBe("too long");
    expect(early.calls.at(-1)).toBe("end");
    expect(early.passage!.written).toBeNull();
    const again = await sent(transport, requestTo(`http://127.0.0.1:${paused.port}/`, { body }));
    expect(again.passage!.newConnection).toBe(true);
    paused.stop(true);
  });
});

describe("giving up", () => {
  test("at once, before the head and in the middle: nothing more is heard, and the connection is closed", async () => {
    const transport = socketTransport();
    using server = new RawServer((peer) => {
      peer.write(CHUNKED_HEAD);
      const timer = setInterval(() => peer.write(chunkOf("x")), 5);
      setTimeout(() => clearInterval(timer), 300);
    });
    const unheard = new ByteLog();
    transport.send(requestTo(server.url), unheard)();
    const cut = new ByteLog();
    const giveUp = transport.send(requestTo(server.url), cut);
    await cut.firstPiece;
    giveUp();
    const heard = cut.calls.length;
    await Bun.sleep(100);
    expect(unheard.calls).toEqual([]);
    expect(cut.calls.length).toBe(heard);
    expect(cut.calls).not.toContain("end");
    expect(cut.calls).not.toContain("fail");
    expect(server.closed).toBe(server.opened);
  });

  test("after the end: the kept connection is not touched", async () => {
    using server = new KeepingServer((socket) => void socket.write(OK));
    const transport = socketTransport();
    const log = new ByteLog();
    const giveUp = transport.send(requestTo(server.url), log);
    await log.ended;
    giveUp();
    const next = await sent(transport, requestTo(server.url));
    giveUp();
    expect(next.passage!.newConnection).toBe(false);
    expect(log.calls).toEqual(["head", "piece", "end"]);
  });

  test("from inside a sink at its head: no piece follows", async () => {
    using server = new RawServer((peer) => peer.write(OK));
    class Unwilling extends ByteLog {
      giveUp = () => {};
      override head(status: number, headers: Headers, stamp: number): void {
        super.head(status, headers, stamp);
        this.giveUp();
      }
    }
    const log = new Unwilling();
    log.giveUp = socketTransport().send(requestTo(server.url), log);
    await Bun.sleep(80);
    expect(log.calls).toEqual(["head"]);
  });

  test("from inside a sink: a body that is too long is not read on", async () => {
    using server = new RawServer((peer) => {
      peer.write(CHUNKED_HEAD + chunkOf("some"));
      setTimeout(() => peer.write(`${chunkOf("more")}0\r\n\r\n`), 20);
    });
    class Full extends ByteLog {
      giveUp = () => {};
      override piece(bytes: Uint8Array, stamp: number, from?: number, to?: number): void {
        super.piece(bytes, stamp, from, to);
        this.giveUp();
      }
    }
    const log = new Full();
    log.giveUp = socketTransport().send(requestTo(server.url), log);
    await log.firstPiece;
    await Bun.sleep(80);
    expect(log.calls).toEqual(["head", "piece"]);
    expect(server.closed).toBe(1);
  });
});

describe("what goes wrong", () => {
  const kindOf = async (url: string) => (await sent(socketTransport(), requestTo(url))).failure;

  test("nobody listens; there is no such host; a URL, a header or a method that cannot be sent", async () => {
    expect((await kindOf(`http://127.0.0.1:${closedPort()}/`)).kind).toBe("connect");
    expect((await kindOf("http://nowhere.invalid/")).kind).toBe("dns");
    for (const url of ["not a URL", "ftp://127.0.0.1/"]) expect((await kindOf(url)).kind).toBe("plugin");
    const method = requestTo("http://127.0.0.1/", { method: "A B" });
    const headers = ["a b", "a:", ""].map((name) => requestTo("http://127.0.0.1/", { headers: { [name]: "1" } }));
    const value = requestTo("http://127.0.0.1/", { headers: { a: "1\n2" } });
    for (const request of [method, ...headers, value]) {
      expect((await sent(socketTransport(), request)).failure.kind).toBe("plugin");
    }
  });

  test("nothing is said of it before `send` has returned", async () => {
    for (const url of ["not a URL", `http://127.0.0.1:${closedPort()}/`]) {
      const log = new ByteLog();
      const giveUp = socketTransport().send(requestTo(url), log);
      expect(log.calls).toEqual([]);
      giveUp();
      await Bun.sleep(30);
      expect(log.calls).toEqual([]);
    }
    const log = new ByteLog();
    const giveUp = socketTransport({ unix: "/nowhere/socket" }).send(requestTo("http://x/"), log);
    expect(log.calls).toEqual([]);
    giveUp();
    await Bun.sleep(30);
    expect(log.calls).toEqual([]);
  });

  test("closed without a reply, in the middle of its head, of its body: reset, and where", async () => {
    const parts = ["", "HTTP/1.1 200 OK\r\nX: ", CHUNKED_HEAD + chunkOf("some")];
    const failures = [];
    for (const part of parts) {
      using server = new RawServer((peer) => {
        if (part !== "") peer.write(part);
        peer.end();
      });
      failures.push(await kindOf(server.url));
    }
    expect(failures.map(({ kind }) => kind)).toEqual(["reset", "reset", "reset"]);
    expect(failures.map(({ message }) => /without a reply|head|body/.exec(message)?.[0])).toEqual([
      "without a reply",
      "head",
      "body",
    ]);
  });

  test("no HTTP, or not strictly: protocol, and what came before is kept", async () => {
    using server = new RawServer((peer) => peer.write(`${CHUNKED_HEAD}${chunkOf("some")}zz\r\n`));
    const log = await sent(socketTransport(), requestTo(server.url));
    expect(log.calls).toEqual(["head", "piece", "fail"]);
    expect(log.text).toBe("some");
    expect(log.failure).toMatchObject({ kind: "protocol" });
    using other = new RawServer((peer) => peer.write("SSH-2.0-x\r\n"));
    expect(await kindOf(other.url)).toMatchObject({ kind: "protocol" });
  });

  test("no descriptor left: local_resource, not connect", async () => {
    using server = new KeepingServer((socket) => void socket.write(OK));
    const program = `
      import { closeSync, openSync } from "node:fs";
      import { sent, socketTransport } from ${JSON.stringify(`${import.meta.dir}/socket-fixture.ts`)};
      import { requestTo } from ${JSON.stringify(`${import.meta.dir}/response-log.ts`)};
      const transport = socketTransport();
      const request = requestTo(${JSON.stringify(server.url)}, { headers: {} });
      await sent(transport, requestTo(${JSON.stringify(`http://127.0.0.1:${closedPort()}/`)}));
      const taken = [];
      try { for (;;) taken.push(openSync("/dev/null", "r")); } catch {}
      const { failure } = await sent(transport, request);
      for (const descriptor of taken) closeSync(descriptor);
      process.stdout.write(JSON.stringify(failure));
      process.exit(0);
    `;
    const command = ["sh", "-c", 'ulimit -n 64; exec "$0" -e "$1"', process.execPath, program];
    const answer = await Bun.spawn(command, { stdout: "pipe", stderr: "inherit" }).stdout.text();
    expect(JSON.parse(answer)).toEqual({
      kind: "local_resource",
      message: "EMFILE: no file descriptor is left for a connection (ulimit -n)",
    });
  });
});

test("what a sink throws is not kept quiet", async () => {
  using server = new KeepingServer((socket) => void socket.write(OK));
  const program = `
    import { socketTransport } from ${JSON.stringify(`${import.meta.dir}/socket-fixture.ts`)};
    import { requestTo } from ${JSON.stringify(`${import.meta.dir}/response-log.ts`)};
    setTimeout(() => process.exit(0), 3000);
    const nothing = () => {};
    const end = () => { throw new Error("a mistake"); };
    const sink = { travels: nothing, resent: nothing, head: nothing, piece: nothing, fail: nothing, end };
    socketTransport().send(requestTo(${JSON.stringify(server.url)}), sink);
  `;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "ignore", stderr: "pipe" });
  expect(await child.stderr.text()).toContain("a mistake");
  expect(await child.exited).not.toBe(0);
});

describe("addresses", () => {
  test("IPv6", async () => {
    using server = new KeepingServer((socket) => void socket.write(OK), { hostname: "::1" });
    const log = await sent(socketTransport(), requestTo(`http://[::1]:${server.port}/`));
    expect(log.text).toBe("ok");
    expect(server.asked[0]!.head).toContain(`host: [::1]:${server.port}`);
  });

  test("a Unix socket stands for the host", async () => {
    const unix = `${process.env.TMPDIR ?? "/tmp"}/plumb-${process.pid}.sock`;
    const listener = Bun.listen({
      unix,
      socket: { data: (socket) => void socket.write(OK), error: () => {} },
    });
    const log = await sent(socketTransport({ unix }), requestTo("http://somewhere.invalid/v1"));
    expect(log.text).toBe("ok");
    listener.stop(true);
    expect((await sent(socketTransport({ unix }), requestTo("http://x/"))).failure.kind).toBe("connect");
  });
});
