import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ResponseParser } from "../../src/transport/http-response.ts";
import { HeadReader } from "../../src/transport/response-head.ts";
import { BAD_REPLIES, GOOD_REPLIES } from "./http-replies.ts";
import { byFetch, byNode, inGroups, ReplyPlayer, type Understood } from "./other-clients.ts";
import { requestTo } from "./response-log.ts";
import { sent, socketTransport } from "./socket-fixture.ts";

interface Read {
  status: number | null;
  body: string;
  ended: boolean;
  excess: boolean;
  fault: string | null;
}

/** What the parser finds of the body in a read. */
function fed(parser: ResponseParser, bytes: Uint8Array): string {
  parser.feed(bytes);
  return Buffer.from(bytes.subarray(parser.from, parser.to)).toString("latin1");
}

/** Reads a reply in pieces, each in memory of its own as reads are, and says that the connection has ended. */
function readIn(pieces: Uint8Array[], method = "POST"): Read {
  const parser = new ResponseParser(new HeadReader());
  parser.begin(method);
  let body = "";
  for (const piece of pieces) {
    if (parser.fault !== null) break;
    body += fed(parser, piece.slice());
  }
  parser.close();
  const { ended, excess, fault } = parser;
  return { status: parser.head?.status ?? null, body, ended, excess, fault };
}

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

describe("replies that must be read", () => {
  test.each(GOOD_REPLIES)("$name", ({ reply, body, status = 200 }) => {
    expect(readIn([bytesOf(reply)])).toEqual({ status, body, ended: true, excess: false, fault: null });
  });

  test("the headers, with every value of a name", () => {
    const parser = new ResponseParser(new HeadReader());
    parser.begin("POST");
    parser.feed(bytesOf("HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a:2\r\nY:  caf\xe9 \r\nContent-Length: 0\r\n\r\n"));
    expect(parser.head!.headers.get("x-a")).toBe("1, 2");
    expect(parser.head!.headers.get("y")).toBe("caf\xe9");
  });

  test("a HEAD has no body, whatever its head says; another reply follows", () => {
    for (const head of ["Content-Length: 5", "Transfer-Encoding: chunked", "X: y"]) {
      const reply = bytesOf(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`);
      expect(readIn([reply], "HEAD")).toMatchObject({ body: "", ended: true, excess: false });
    }
  });

  test("one after the other on the same connection", () => {
    const parser = new ResponseParser(new HeadReader());
    for (const { reply, body, closes } of GOOD_REPLIES) {
      if (closes === true) continue;
      parser.begin("POST");
      const read = fed(parser, bytesOf(reply));
      expect(read).toBe(body);
      expect(parser.ended).toBe(true);
    }
  });

  test("whether the connection is kept", () => {
    const kept = (head: string) => {
      const parser = new ResponseParser(new HeadReader());
      parser.begin("POST");
      parser.feed(bytesOf(`${head}\r\n\r\n`));
      return parser.head!.keepAlive;
    };
    expect(kept("HTTP/1.1 200 OK\r\nContent-Length: 0")).toBe(true);
    expect(kept("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: x, Close")).toBe(false);
    expect(kept("HTTP/1.1 200 OK")).toBe(false);
    expect(kept("HTTP/1.0 200 OK\r\nContent-Length: 0")).toBe(false);
    expect(kept("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive")).toBe(true);
    expect(kept("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive")).toBe(false);
  });

  test("what stands behind the end is told, and is no part of the body", () => {
    const behind = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    for (const { reply, body, closes } of GOOD_REPLIES) {
      if (closes === true) continue;
      expect(readIn([bytesOf(reply + behind)])).toMatchObject({ body, ended: true, excess: true });
    }
  });

  test("the same head again is read once; for another method it is another", () => {
    const heads = new HeadReader();
    const text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    expect(heads.read(text, "POST")).toBe(heads.read(text, "POST"));
    expect(heads.read(text, "POST").bodyEnd).toBe(5);
    expect(heads.read(text, "HEAD").bodyEnd).toBe(0);
    expect(heads.read(text.replace("5", "6"), "HEAD")).not.toBe(heads.read(text, "HEAD"));
  });
});

describe("replies that must be refused", () => {
  test.each(BAD_REPLIES)("$name", ({ reply, says }) => {
    const read = readIn([bytesOf(reply)]);
    expect(read.fault).toMatch(says);
    expect(read.ended).toBe(false);
  });

  test("a reply that is cut anywhere is never whole", () => {
    for (const { reply, closes } of GOOD_REPLIES) {
      if (closes === true) continue;
      for (let cut = 1; cut < reply.length; cut++) {
        const read = readIn([bytesOf(reply.slice(0, cut))]);
        expect({ cut, ...read }).toMatchObject({ cut, ended: false, fault: null });
      }
    }
  });
});

describe("however a reply is cut", () => {
  const all = [...GOOD_REPLIES, ...BAD_REPLIES]
    .map(({ reply }) => bytesOf(reply))
    .filter(({ length }) => length < 9000);
  const cuts = all.reduce((sum, { length }) => sum + length - 1, 0);

  test(`${cuts} cuts of ${all.length} replies in two, and each byte by byte`, () => {
    for (const bytes of all) {
      const whole = readIn([bytes]);
      for (let cut = 1; cut < bytes.length; cut++) {
        expect(readIn([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(whole);
      }
      expect(readIn(Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(whole);
    }
  });

  test("changed replies, in any pieces", () => {
    fc.assert(
      fc.property(changedReply(), fc.array(fc.integer({ min: 1, max: 40 })), (bytes, lengths) => {
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const length of lengths) {
          if (at + length < bytes.length) pieces.push(bytes.subarray(at, at + length));
          if (at + length < bytes.length) at += length;
        }
        pieces.push(bytes.subarray(at));
        expect(readIn(pieces)).toEqual(readIn([bytes]));
      }),
      { numRuns: 2000 },
    );
  });

  test("any body in any chunks comes out as it went in", () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 12 });
    fc.assert(
      fc.property(chunks, fc.array(fc.integer({ min: 1, max: 30 })), (parts, lengths) => {
        const framed = parts.map((part) => Buffer.concat([Buffer.from(`${part.length.toString(16)}\r\n`), part, CRLF]));
        const head = Buffer.from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        const bytes = new Uint8Array(Buffer.concat([head, ...framed, Buffer.from("0\r\n\r\n")]));
        const pieces: Uint8Array[] = [];
        let at = 0;
        for (const length of lengths) {
          pieces.push(bytes.subarray(at, at + length));
          at += length;
        }
        const read = readIn([...pieces.filter((piece) => piece.length > 0), bytes.subarray(at)]);
        expect(read).toMatchObject({ body: Buffer.concat(parts).toString("latin1"), ended: true, excess: false });
      }),
    );
  });
});

const CRLF = Buffer.from("\r\n");

describe("beside node's http and fetch", () => {
  const CHANGED = 1500;

  test(`${GOOD_REPLIES.length + BAD_REPLIES.length} known replies and ${CHANGED} changed ones: no other body than theirs`, async () => {
    const known = [...GOOD_REPLIES, ...BAD_REPLIES].map(({ reply }) => bytesOf(reply));
    const replies = [...known, ...fc.sample(changedReply(), CHANGED)];
    using player = new ReplyPlayer(replies);
    const [ours, fetched, node] = await Promise.all([
      inGroups(replies.length, 16, (index) => bySocket(player.url(index))),
      inGroups(replies.length, 16, (index) => byFetch(player.url(index))),
      byNode(replies.map((_, index) => player.url(index))),
    ]);
    const wrong = replies
      .map((bytes, index) => ({
        reply: Buffer.from(bytes).toString("latin1"),
        ours: ours[index]!,
        fetch: fetched[index]!,
        node: node[index]!,
      }))
      .filter((read) => differs(read.ours, read.node) || (!read.node.ok && differs(read.ours, read.fetch)));
    expect(wrong).toEqual([]);
    // They do accept: the comparison is not empty.
    const accepted = replies.filter((_, index) => ours[index]!.ok && node[index]!.ok).length;
    expect(accepted).toBeGreaterThan(GOOD_REPLIES.length);
    for (let index = 0; index < GOOD_REPLIES.length; index++) {
      expect([ours[index]!.ok, node[index]!.ok, fetched[index]!.ok]).toEqual([true, true, true]);
    }
  }, 60_000);
});

/** Accepted, and as something else than another accepts. */
function differs(ours: Understood, other: Understood): boolean {
  return ours.ok && other.ok && (ours.body !== other.body || ours.status !== other.status);
}

async function bySocket(url: string): Promise<Understood> {
  const log = await sent(socketTransport(), requestTo(url, { method: "GET", body: null }));
  const head = log.entries.find((entry) => entry.call === "head");
  if (log.calls.at(-1) !== "end" || head === undefined) return { ok: false, why: log.failure.message };
  return { ok: true, status: head.status, body: log.bytes.toString("latin1") };
}

const LINES = ["Content-Length: 5", "Content-Length: 0", "Transfer-Encoding: chunked", "Connection: close", " folded"];

/** A known reply with a few changes of the kind that tells readers apart. */
function changedReply(): fc.Arbitrary<Uint8Array> {
  const known = fc.constantFrom(...GOOD_REPLIES.map(({ reply }) => reply));
  const place = fc.nat({ max: 10_000 });
  const change = fc.oneof(
    fc.record({
      kind: fc.constant("set" as const),
      at: place,
      byte: fc.constantFrom(..."\r\n\0\t :;0123456789aAfFgGxX-,"),
    }),
    fc.record({ kind: fc.constant("insert" as const), at: place, byte: fc.constantFrom(..."\r\n\0\t :;05fF-,") }),
    fc.record({ kind: fc.constant("delete" as const), at: place }),
    fc.record({ kind: fc.constant("line" as const), at: place, line: fc.constantFrom(...LINES) }),
    fc.record({ kind: fc.constant("break" as const), at: place }),
    fc.record({ kind: fc.constant("cut" as const), at: place }),
  );
  return fc.tuple(known, fc.array(change, { minLength: 1, maxLength: 3 })).map(([reply, changes]) => {
    let text = reply;
    for (const changed of changes) {
      const at = changed.at % (text.length + 1);
      const breaks = [...text.matchAll(/\r\n/g)].map(({ index }) => index);
      const spot = breaks.length === 0 ? at : breaks[changed.at % breaks.length]!;
      if (changed.kind === "set") text = text.slice(0, at) + changed.byte + text.slice(at + 1);
      else if (changed.kind === "insert") text = text.slice(0, at) + changed.byte + text.slice(at);
      else if (changed.kind === "delete") text = text.slice(0, at) + text.slice(at + 1);
      else if (changed.kind === "line") text = `${text.slice(0, spot)}\r\n${changed.line}${text.slice(spot)}`;
      else if (changed.kind === "break") text = `${text.slice(0, spot)}\n${text.slice(spot + 2)}`;
      else text = text.slice(0, at);
    }
    return bytesOf(text);
  });
}
