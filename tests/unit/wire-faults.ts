import { gzipSync } from "node:zlib";
import type { ErrorKind } from "../../src/record/outcome.ts";
import { chunk, sse } from "./engine-fixture.ts";
import { CHUNKED_HEAD, chunkOf, type Peer, replyOf } from "./raw-server.ts";

/** A way in which a reply can go wrong, or look as if it did, and what a request is recorded as that meets it. */
export interface WireFault {
  name: string;
  how: string;
  answer(peer: Peer): void | Promise<void>;
  kind: ErrorKind | "success";
  /** Of the message. */
  says?: RegExp;
  /** Chunks of output that came before; of a success, all. */
  chunks?: number;
  status?: number | null;
}

const EVENTS = { "content-type": "text/event-stream" };
const JSON_TYPE = { "content-type": "application/json" };
const END = "0\r\n\r\n";
const PAUSE_MS = 60;

const hello = sse(chunk({ content: "Hello" }));
const world = sse(chunk({ content: " wörld 😀" }));
const done = sse(chunk({}, { finish_reason: "stop" }), "[DONE]");
const whole = hello + world + done;

/** Head and two chunks of output, and then, when those have surely been read, what is to be seen. */
const afterTwo =
  (then: (peer: Peer) => void, head = CHUNKED_HEAD) =>
  async (peer: Peer) => {
    peer.write(head + chunkOf(hello));
    peer.write(chunkOf(world));
    await Bun.sleep(PAUSE_MS);
    then(peer);
  };

const later = (act: (peer: Peer) => void) => async (peer: Peer) => {
  await Bun.sleep(PAUSE_MS);
  act(peer);
};

const stream = (text: string | Uint8Array) => (peer: Peer) => peer.write(replyOf(200, EVENTS, text));

/** A refused request whose body is on its way when the connection goes. */
const refusedThenReset = (status: number, headers: string) => async (peer: Peer) => {
  peer.write(`HTTP/1.1 ${status} X\r\ncontent-length: 100\r\n${headers}\r\n{"error":`);
  await Bun.sleep(PAUSE_MS);
  peer.reset();
};

async function pieces(peer: Peer, all: Iterable<string | Uint8Array>): Promise<void> {
  peer.write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n");
  for (const piece of all) {
    peer.write(piece);
    await Bun.sleep(1);
  }
  peer.end();
}

const bytesOf = (text: string) => [...Buffer.from(text)].map((byte) => Uint8Array.of(byte));

const BROKEN: WireFault[] = [
  {
    name: "reset before the first byte",
    how: "RST, 60 ms after the request",
    answer: later((peer) => peer.reset()),
    kind: "reset",
    chunks: 0,
    status: null,
  },
  {
    name: "closed before the first byte",
    how: "FIN, 60 ms after the request",
    answer: later((peer) => peer.end()),
    kind: "reset",
    chunks: 0,
    status: null,
  },
  {
    name: "reset in mid-stream",
    how: "RST after two chunks",
    answer: afterTwo((peer) => peer.reset()),
    kind: "reset",
    chunks: 2,
    status: 200,
  },
  {
    name: "closed in mid-stream",
    how: "FIN after two chunks",
    answer: afterTwo((peer) => peer.end()),
    kind: "reset",
    chunks: 2,
    status: 200,
  },
  {
    name: "reset after the API's own end",
    how: "RST after [DONE], without the last HTTP chunk",
    answer: afterTwo((peer) => {
      peer.write(chunkOf(done));
      setTimeout(() => peer.reset(), PAUSE_MS);
    }),
    kind: "reset",
    chunks: 2,
  },
  {
    name: "a body shorter than its Content-Length",
    how: "FIN 10 bytes early",
    answer: async (peer) => {
      peer.write(
        `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${Buffer.byteLength(whole) + 10}\r\n\r\n${hello}`,
      );
      await Bun.sleep(PAUSE_MS);
      peer.end();
    },
    kind: "reset",
    chunks: 1,
  },
  {
    name: "truncated",
    how: "framing ends, no finish reason and no [DONE]",
    answer: afterTwo((peer) => peer.write(END)),
    kind: "truncated",
    chunks: 2,
  },
  {
    name: "cut in an event",
    how: "framing ends in the middle of an event's JSON",
    answer: afterTwo((peer) => peer.write(chunkOf(hello.slice(0, 40)) + END)),
    kind: "malformed",
    says: /not JSON/,
    chunks: 2,
  },
  {
    name: "error event",
    how: "an error inside a 200 stream, then [DONE]",
    answer: stream(hello + sse({ error: { message: "out of memory" } }, "[DONE]")),
    kind: "stream_error",
    says: /^out of memory$/,
    chunks: 1,
  },
  {
    name: "error event, then reset",
    how: "an error inside a 200 stream, then RST",
    answer: afterTwo((peer) => {
      peer.write(chunkOf(sse({ error: { message: "out of memory" } })));
      setTimeout(() => peer.reset(), PAUSE_MS);
    }),
    kind: "stream_error",
    says: /^out of memory$/,
    chunks: 2,
  },
  {
    name: "malformed event",
    how: "an event that is no JSON",
    answer: stream(hello + sse("boo") + done),
    kind: "malformed",
    says: /boo/,
    chunks: 1,
  },
  {
    name: "no output",
    how: "role and finish reason, no text, no usage",
    answer: stream(sse(chunk({ role: "assistant" })) + done),
    kind: "empty",
    chunks: 0,
  },
  {
    name: "comments alone",
    how: "SSE comments, then the end",
    answer: stream(": ping\n\n: ping\n\n"),
    kind: "empty",
    chunks: 0,
  },
  { name: "no body", how: "Content-Length: 0", answer: stream(""), kind: "empty", chunks: 0 },
  {
    name: "not UTF-8",
    how: "a byte FF in the stream",
    answer: stream(Buffer.concat([Buffer.from(hello), Uint8Array.of(0x3a, 0xff, 0x0a), Buffer.from(done)])),
    kind: "decode",
    chunks: 1,
  },
  {
    name: "cut in a character",
    how: "the body ends inside a UTF-8 sequence",
    answer: stream(Buffer.from(hello + world).subarray(0, Buffer.from(hello + world).indexOf(0xf0) + 2)),
    kind: "decode",
  },
  {
    name: "not gzip",
    how: "Content-Encoding: gzip on plain text",
    answer: (peer) => peer.write(replyOf(200, { ...EVENTS, "content-encoding": "gzip" }, whole)),
    kind: "decode",
  },
  {
    name: "page",
    how: "HTML with status 200",
    answer: (peer) => peer.write(replyOf(200, { "content-type": "text/html" }, "<html>hello</html>")),
    kind: "wrong_content_type",
    says: /text\/html/,
  },
  {
    name: "not HTTP",
    how: "another protocol's greeting",
    answer: (peer) => peer.write("SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    kind: "protocol",
    status: null,
  },
  {
    name: "a chunk size that is none",
    how: "zz for a size",
    answer: afterTwo((peer) => peer.write("zz\r\nhello\r\n")),
    kind: "protocol",
    chunks: 2,
  },
  {
    name: "lengths that contradict",
    how: "two Content-Lengths",
    answer: (peer) => peer.write("HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 5\r\n\r\nhello"),
    kind: "protocol",
  },
  {
    name: "redirect",
    how: "307",
    answer: (peer) => peer.write(replyOf(307, { location: "/elsewhere" })),
    kind: "redirect",
    says: /^HTTP 307; Location: \/elsewhere$/,
    status: 307,
  },
];

const REFUSED: WireFault[] = [
  {
    name: "400",
    how: "status 400 with JSON",
    answer: (peer) => peer.write(replyOf(400, JSON_TYPE, '{"error":{"message":"too long"}}')),
    kind: "http_4xx",
    says: /^HTTP 400; too long$/,
    status: 400,
  },
  {
    name: "429",
    how: "status 429, Retry-After: 7",
    answer: (peer) => peer.write(replyOf(429, { "retry-after": "7" }, "slow down")),
    kind: "rate_limited",
    says: /^HTTP 429; Retry-After: 7; slow down$/,
    status: 429,
  },
  {
    name: "503",
    how: "status 503 with a page",
    answer: (peer) => peer.write(replyOf(503, { "content-type": "text/html" }, "<h1>busy</h1>")),
    kind: "http_5xx",
    says: /^HTTP 503; <h1>busy<\/h1>$/,
    status: 503,
  },
  {
    name: "429, then reset",
    how: "RST in the body of a 429",
    answer: refusedThenReset(429, "retry-after: 7\r\n"),
    kind: "rate_limited",
    says: /^HTTP 429; Retry-After: 7; .*ECONNRESET/,
    status: 429,
  },
  {
    name: "500, then reset",
    how: "RST in the body of a 500",
    answer: refusedThenReset(500, ""),
    kind: "http_5xx",
    says: /^HTTP 500; .*ECONNRESET/,
    status: 500,
  },
  {
    name: "500, then silence",
    how: "the body of a 500 never comes to its end",
    answer: (peer) => peer.write("HTTP/1.1 500 X\r\ncontent-length: 100\r\n\r\nno GPU"),
    kind: "http_5xx",
    says: /^HTTP 500; no GPU; silent for 1 s \(--read-timeout\)$/,
    status: 500,
  },
];

const SILENT: WireFault[] = [
  {
    name: "silence before the head",
    how: "the connection stays open",
    answer: () => {},
    kind: "timeout_idle",
    chunks: 0,
    status: null,
  },
  {
    name: "silence in mid-stream",
    how: "two chunks, then nothing",
    answer: afterTwo(() => {}),
    kind: "timeout_idle",
    chunks: 2,
    status: 200,
  },
  {
    name: "comments for ever",
    how: "an SSE comment every 100 ms, no output",
    answer: (peer) => {
      peer.write(CHUNKED_HEAD);
      const timer = setInterval(() => peer.write(chunkOf(": ping\n\n")), 100);
      setTimeout(() => clearInterval(timer), 8000);
    },
    kind: "timeout_total",
    chunks: 0,
    status: 200,
  },
  {
    name: "too large",
    how: "a body of 2 MB where 1 MB is the limit",
    answer: (peer) => peer.write(replyOf(200, EVENTS, hello + sse(chunk({ content: "x".repeat(2_000_000) })))),
    kind: "too_large",
    says: /larger than 1 MB \(--max-response-mb\)/,
    chunks: 1,
    status: 200,
  },
];

const HARMLESS: WireFault[] = [
  { name: "whole", how: "nothing wrong", answer: stream(whole), kind: "success", chunks: 2 },
  {
    name: "kept open",
    how: "the body stays open after [DONE]",
    answer: (peer) => peer.write(CHUNKED_HEAD + chunkOf(whole)),
    kind: "success",
    chunks: 2,
  },
  {
    name: "one byte a packet",
    how: "TCP_NODELAY, 1 ms between two bytes",
    answer: (peer) => pieces(peer, bytesOf(hello + world + done)),
    kind: "success",
    chunks: 2,
  },
  {
    name: "a character in two packets",
    how: "every UTF-8 sequence parted",
    answer: (peer) => pieces(peer, parted(whole)),
    kind: "success",
    chunks: 2,
  },
  {
    name: "CRLF",
    how: "lines end in CR LF",
    answer: stream(whole.replaceAll("\n", "\r\n")),
    kind: "success",
    chunks: 2,
  },
  { name: "CR", how: "lines end in CR", answer: stream(whole.replaceAll("\n", "\r")), kind: "success", chunks: 2 },
  {
    name: "byte-order mark",
    how: "EF BB BF before the first event",
    answer: stream(`\uFEFF${whole}`),
    kind: "success",
    chunks: 2,
  },
  {
    name: "no blank line at the end",
    how: "the last event is not closed",
    answer: stream(whole.trimEnd()),
    kind: "success",
    chunks: 2,
  },
  {
    name: "comment first",
    how: ": ok before the first event",
    answer: stream(`: ok\n\n${whole}`),
    kind: "success",
    chunks: 2,
  },
  {
    name: "text/plain",
    how: "events of another content type",
    answer: (peer) => peer.write(replyOf(200, { "content-type": "text/plain" }, whole)),
    kind: "success",
    chunks: 2,
  },
  {
    name: "gzip, not asked for",
    how: "Content-Encoding: gzip",
    answer: (peer) => peer.write(replyOf(200, { ...EVENTS, "content-encoding": "gzip" }, gzipSync(whole))),
    kind: "success",
    chunks: 2,
  },
  {
    name: "trailers",
    how: "a trailer field after the last HTTP chunk",
    answer: (peer) => peer.write(`${CHUNKED_HEAD}${chunkOf(whole)}0\r\nx-time: 1\r\n\r\n`),
    kind: "success",
    chunks: 2,
  },
  {
    name: "interim reply",
    how: "103 before the head",
    answer: (peer) =>
      peer.write(Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\n\r\n"), replyOf(200, EVENTS, whole)])),
    kind: "success",
    chunks: 2,
  },
  {
    name: "an event of 500 KB",
    how: "one event in many packets",
    answer: stream(sse(chunk({ content: "é".repeat(250_000) })) + done),
    kind: "success",
    chunks: 1,
  },
  {
    name: "body until the connection ends",
    how: "neither length nor chunks",
    answer: (peer) => pieces(peer, [whole]),
    kind: "success",
    chunks: 2,
  },
  {
    name: "JSON instead of a stream",
    how: "one JSON body",
    answer: (peer) =>
      peer.write(
        replyOf(200, JSON_TYPE, JSON.stringify({ choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] })),
      ),
    kind: "success",
    chunks: 1,
  },
  {
    name: "bytes behind the body",
    how: "more than Content-Length says",
    answer: (peer) => {
      peer.write(Buffer.concat([replyOf(200, EVENTS, whole), Buffer.from("more")]));
      peer.end();
    },
    kind: "success",
    chunks: 2,
  },
];

/** Cut in the middle of each character that is longer than a byte. */
function parted(text: string): Uint8Array[] {
  const bytes = Buffer.from(text);
  const starts = [...bytes.keys()].filter((at) => at === 0 || (bytes[at]! >= 0x80 && bytes[at]! < 0xc0));
  return starts.map((start, index) => bytes.subarray(start, starts[index + 1] ?? bytes.length));
}

export const WIRE_FAULTS: WireFault[] = [...BROKEN, ...REFUSED, ...SILENT, ...HARMLESS];

/** Every fault is met within these. */
export const FAULT_CONFIG = {
  timeouts: { connectS: 30, readS: 1, totalS: 4 },
  maxResponseBytes: 1_000_000,
};
