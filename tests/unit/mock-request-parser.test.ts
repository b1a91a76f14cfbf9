import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HttpError, type HttpRequest } from "../../src/mock/http-head.ts";
import { RequestParser } from "../../src/mock/request-parser.ts";

function readAll(pieces: Uint8Array[]): HttpRequest[] {
  const parser = new RequestParser();
  const requests: HttpRequest[] = [];
  for (const piece of pieces) {
    parser.push(Buffer.from(piece));
    for (let request = parser.next(); request !== null; request = parser.next()) requests.push(request);
  }
  return requests;
}

function counted(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`), body]);
}

function chunked(body: Uint8Array, size: number): Buffer {
  const parts = [Buffer.from("POST /b?c=d HTTP/1.1\r\nTRANSFER-encoding:  Chunked \r\n\r\n")];
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size);
    parts.push(
      Buffer.from(`${chunk.length.toString(16).toUpperCase()};note=1\r\n`),
      Buffer.from(chunk),
      Buffer.from("\r\n"),
    );
  }
  parts.push(Buffer.from("0\r\nTrailer-One: 1\r\n\r\n"));
  return Buffer.concat(parts);
}

/** Cuts bytes at the given places, in any order, repeated ones too. */
function cut(bytes: Buffer, places: number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), 0, bytes.length].sort((a, b) => a - b);
  return ends.slice(1).map((end, i) => bytes.subarray(ends[i]!, end));
}

function failure(text: string): HttpError {
  try {
    readAll([Buffer.from(text, "latin1")]);
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error("nothing was wrong with it");
}

describe("requests", () => {
  test("come out whole however their bytes are cut", () => {
    const bodies = fc.array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 40 })), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(5000), { maxLength: 40 }), (list, places) => {
        const wire = Buffer.concat(list.map(([body, size]) => (size === 0 ? counted(body) : chunked(body, size))));
        const requests = readAll(cut(wire, places));
        expect(requests.map((request) => request.body.toString("hex"))).toEqual(
          list.map(([body]) => Buffer.from(body).toString("hex")),
        );
        expect(requests.map((request) => request.target)).toEqual(
          list.map(([, size]) => (size === 0 ? "/a" : "/b?c=d")),
        );
      }),
    );
  });

  test("a long body in small pieces is put together once and right", () => {
    const body = Buffer.from("0123456789".repeat(300_000));
    const wire = counted(body);
    const pieces = Array.from({ length: Math.ceil(wire.length / 1000) }, (_, i) =>
      wire.subarray(i * 1000, i * 1000 + 1000),
    );
    expect(readAll(pieces)[0]!.body.equals(body)).toBe(true);
  });

  test("no body without a length; header names in lower case, repeated ones joined", () => {
    const [request] = readAll([Buffer.from("GET /x HTTP/1.1\r\nX-A: 1\r\nx-a:2\r\nEmpty:\r\n\r\n")]);
    expect(request!.body.length).toBe(0);
    expect(Object.fromEntries(request!.headers)).toEqual({ "x-a": "1, 2", empty: "" });
    expect(request!.keepAlive).toBe(true);
  });

  test("the connection ends with the request where it says so, and after HTTP/1.0", () => {
    expect(readAll([Buffer.from("GET / HTTP/1.1\r\nConnection: Close\r\n\r\n")])[0]!.keepAlive).toBe(false);
    const old = readAll([Buffer.from("GET / HTTP/1.0\r\n\r\n")])[0]!;
    expect([old.keepAlive, old.chunksAllowed]).toEqual([false, false]);
  });

  test("a head that waits for leave to send its body says so once", () => {
    const parser = new RequestParser();
    parser.push(Buffer.from("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    expect(parser.next()).toBeNull();
    expect([parser.takeExpectation(), parser.takeExpectation()]).toEqual([true, false]);
    parser.push(Buffer.from("hi"));
    expect(parser.next()!.body.toString()).toBe("hi");
  });
});

describe("refused", () => {
  test.each([
    ["no version", "GET /\r\n\r\n", 400],
    ["the beginning of TLS, at once", "\x16\x03\x01", 400],
    ["HTTP/2", "GET / HTTP/2.0\r\n\r\n", 400],
    ["a header without a colon", "GET / HTTP/1.1\r\nno colon\r\n\r\n", 400],
    ["a blank before the colon", "GET / HTTP/1.1\r\nSpaced : 1\r\n\r\n", 400],
    ["two framings", "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
    ["two lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400],
    ["a negative length", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400],
    ["a length of a terabyte", "POST / HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n", 413],
    ["an unknown encoding", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501],
    ["a chunk without its size", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400],
    ["a chunk longer than it said", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400],
    ["a chunk of four gigabytes", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n", 413],
    ["a size line without an end", `POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;${"x".repeat(300)}`, 400],
    ["a head without an end", `GET / HTTP/1.1\r\nX: ${"x".repeat(70_000)}`, 431],
  ])("%s", (_name, text, status) => {
    expect(failure(text).status).toBe(status);
  });

  test("arbitrary bytes end in requests or an HttpError, never in anything else", () => {
    const likely = fc.constantFrom(
      "POST ",
      "/ HTTP/1.1\r\n",
      "Content-Length: 3",
      "\r\n",
      "\r\n\r\n",
      "0\r\n\r\n",
      "5\r\nab",
      ":",
    );
    const noise = fc.array(fc.oneof(likely, fc.string({ maxLength: 8 })), { maxLength: 30 });
    fc.assert(
      fc.property(noise, (parts) => {
        try {
          readAll(parts.map((part) => Buffer.from(part, "latin1")));
        } catch (error) {
          expect(error).toBeInstanceOf(HttpError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
