import { describe, expect, test } from "bun:test";
import { brotliCompressSync, constants, createGzip, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { CHUNKED_HEAD, RawServer, replyOf } from "./raw-server.ts";
import { requestTo } from "./response-log.ts";
import { ByteLog, KeepingServer, sent, socketTransport } from "./socket-fixture.ts";

const TEXT = `{"text":"${"a long answer ".repeat(500)}"}`;

function chunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}

/** Every text can be unpacked as soon as its part has come; the last part is the packing's own end. */
async function gzipped(texts: string[]): Promise<Buffer[]> {
  const gzip = createGzip();
  const parts: Buffer[] = [];
  let part: Buffer[] = [];
  gzip.on("data", (bytes: Buffer) => part.push(bytes));
  const take = () => {
    parts.push(Buffer.concat(part));
    part = [];
  };
  for (const text of texts) {
    gzip.write(text);
    await new Promise<void>((resolve) => gzip.flush(constants.Z_SYNC_FLUSH, () => setImmediate(resolve)));
    take();
  }
  gzip.end();
  await new Promise((resolve) => gzip.once("end", resolve));
  take();
  return parts;
}

const HEAD = CHUNKED_HEAD.replace("\r\n\r\n", "\r\ncontent-encoding: gzip\r\n\r\n");

describe("bodies that were compressed unasked", () => {
  test.each([
    ["gzip", gzipSync(TEXT)],
    ["X-GZIP", gzipSync(TEXT)],
    ["deflate", deflateSync(TEXT)],
    ["br", brotliCompressSync(TEXT)],
    ["zstd", zstdCompressSync(TEXT)],
  ])("%s is unpacked", async (encoding, body) => {
    using server = new RawServer((peer) => peer.write(replyOf(200, { "content-encoding": encoding }, body)));
    const log = await sent(socketTransport(), requestTo(server.url));
    expect(log.calls[0]).toBe("head");
    expect(log.calls.at(-1)).toBe("end");
    expect(log.text).toBe(TEXT);
    expect(log.passage!.wireReceived).toBeGreaterThan(body.length);
  });

  test("identity, and what nobody knows, stay as they are", async () => {
    for (const encoding of ["identity", "rot13"]) {
      using server = new RawServer((peer) => peer.write(replyOf(200, { "content-encoding": encoding }, TEXT)));
      expect((await sent(socketTransport(), requestTo(server.url))).text).toBe(TEXT);
    }
  });

  test("events of a stream carry the moments of their reads, and the connection is kept", async () => {
    const parts = await gzipped(["data: one\n\n", "data: two\n\n", "data: three\n\n"]);
    using server = new KeepingServer(async (socket) => {
      socket.write(HEAD);
      for (const part of parts) {
        await Bun.sleep(60);
        socket.write(chunk(part));
      }
      socket.write("0\r\n\r\n");
    });
    const transport = socketTransport();
    const log = await sent(transport, requestTo(server.url));
    expect(log.entries.map((entry) => (entry.call === "piece" ? entry.text.trim() : entry.call))).toEqual([
      "head",
      "data: one",
      "data: two",
      "data: three",
      "end",
    ]);
    const stamps = log.entries.map(({ stamp }) => stamp);
    for (let index = 1; index < stamps.length; index++) expect(stamps[index]! - stamps[index - 1]!).toBeGreaterThan(20);
    expect(transport.opened).toBe(1);
  });

  test("no body: head and end", async () => {
    using server = new RawServer((peer) => peer.write(replyOf(200, { "content-encoding": "gzip" })));
    expect((await sent(socketTransport(), requestTo(server.url))).calls).toEqual(["head", "end"]);
  });

  test("broken, cut or not compressed at all: decode, once", async () => {
    const whole = gzipSync(TEXT);
    const broken = Buffer.from(whole);
    broken.fill(0xff, 20, 40);
    for (const body of [broken, whole.subarray(0, whole.length - 12), Buffer.from("plain text")]) {
      using server = new RawServer((peer) => peer.write(replyOf(200, { "content-encoding": "gzip" }, body)));
      const log = await sent(socketTransport(), requestTo(server.url));
      await Bun.sleep(20);
      expect(log.failure.kind).toBe("decode");
      expect(log.calls.filter((call) => call === "fail" || call === "end")).toEqual(["fail"]);
    }
  });

  test("a connection that breaks is a reset, behind what had come", async () => {
    const body = gzipSync(TEXT, { level: 0 });
    using server = new RawServer((peer) => {
      peer.write(Buffer.concat([Buffer.from(HEAD), chunk(body.subarray(0, 4000))]));
      setTimeout(() => peer.end(), 20);
    });
    const log = await sent(socketTransport(), requestTo(server.url));
    expect(log.failure.kind).toBe("reset");
    expect(TEXT).toStartWith(log.text);
    expect(log.calls.at(-1)).toBe("fail");
  });

  test("given up: nothing more is heard", async () => {
    const body = gzipSync(TEXT, { level: 0 });
    using server = new RawServer((peer) => {
      peer.write(Buffer.concat([Buffer.from(HEAD), chunk(body.subarray(0, 4000))]));
      setTimeout(() => peer.write(chunk(body.subarray(4000))), 30);
    });
    const log = new ByteLog();
    const giveUp = socketTransport().send(requestTo(server.url), log);
    await log.firstPiece;
    giveUp();
    const heard = log.calls.length;
    await Bun.sleep(80);
    expect(log.calls.length).toBe(heard);
  });
});
