import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ApiPlugin } from "../../src/contract/api.ts";
import { Interpretation } from "../../src/engine/interpretation.ts";
import { chunk, exchangeOf, PLAIN_API, readOf, SENT, sse } from "./engine-fixture.ts";
import { withCuts } from "./split-text.ts";

const FOR_EVER = Number.POSITIVE_INFINITY;
const STREAM = sse(
  chunk({ content: "Hi" }),
  chunk({ content: " there" }),
  chunk({}, { finish_reason: "stop" }),
  "[DONE]",
);

/** What a reply says apart from times, which depend on the cuts. */
function said({ reply, framing, wrongContentType, undecodable }: Interpretation): object {
  const { messages, tokens, texts, output, usage, finishReason, serverError, malformed, pluginError } = reply;
  const ended = reply.endStamp !== null;
  const known = { messages, tokens, texts, chunks: output.chunks, usage, finishReason, serverError, malformed };
  return { ...known, pluginError, ended, framing, wrongContentType, undecodable };
}

/** Read while it comes, one piece a slice, as a sweep reads a silent exchange. */
function readEarly(pieces: Uint8Array[], headers: Record<string, string>, api: ApiPlugin): Interpretation {
  const exchange = exchangeOf({ headers, end: "open" });
  const read = new Interpretation(exchange, api);
  pieces.forEach((piece, index) => {
    exchange.piece(piece, SENT + index);
    read.advance(() => 0, FOR_EVER);
  });
  exchange.end(SENT + pieces.length);
  read.advance(() => 0, FOR_EVER);
  return read;
}

const bodies = fc.constantFrom(
  STREAM,
  STREAM.replaceAll("\n", "\r\n"),
  `\uFEFF${STREAM}`,
  `: ping\n\n${STREAM}`,
  `\n${STREAM}`,
  sse(chunk({ content: "héllo 你好 😀👍🏽" }), "[DONE]"),
  `${sse(chunk({ content: "é" }))}data: [DONE]`,
  sse(chunk({ content: "x" }), '{"cut": "你'),
  sse({ error: { message: "nö" } }),
  JSON.stringify({ choices: [{ message: { content: "你好" }, finish_reason: "stop" }] }),
  `  \n ${JSON.stringify({ choices: [] })}`,
  '{"a":1}\n{"choices":[{"text":"é"}]}\n',
  "<html>Bad gateway — 你</html>",
  "event",
  "d",
  " ",
  "",
);
const types = fc.constantFrom<Record<string, string>>(
  { "content-type": "text/event-stream" },
  { "content-type": "application/json" },
  { "content-type": "text/plain; charset=utf-8" },
  { "content-type": "text/html" },
  {},
);
const apis = fc.constantFrom<ApiPlugin>(
  PLAIN_API,
  { ...PLAIN_API, framing: "ndjson" },
  { ...PLAIN_API, framing: "body" },
);

describe("however the bytes are cut", () => {
  test("a reply says the same, whether it is read at its end or as it comes", () => {
    const bytes = withCuts(bodies.map((text): Uint8Array => Buffer.from(text)));
    fc.assert(
      fc.property(bytes, types, apis, ({ whole, pieces }, headers, api) => {
        const expected = said(readOf({ pieces: [whole], headers }, api));
        expect(said(readOf({ pieces, headers }, api))).toEqual(expected);
        expect(said(readEarly(pieces, headers, api))).toEqual(expected);
        const single = Array.from(whole, (byte) => Uint8Array.of(byte));
        expect(said(readOf({ pieces: single, headers }, api))).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  test("every single cut of a stream with characters of four bytes", () => {
    const bytes = Buffer.from(sse(chunk({ content: "你😀" }), "[DONE]"));
    const expected = said(readOf({ pieces: [bytes] }));
    for (let cut = 0; cut <= bytes.length; cut++) {
      const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
      expect(said(readOf({ pieces }))).toEqual(expected);
      expect(said(readEarly(pieces, { "content-type": "text/event-stream" }, PLAIN_API))).toEqual(expected);
    }
  });

  test("every byte boundary of streams with every line end, a mark before them, in both framings", () => {
    const events = [chunk({ content: "é你" }), chunk({ content: "\n😀" }), chunk({}, { finish_reason: "stop" })];
    const ndjson = events.map((event) => JSON.stringify(event));
    const streams: [string, Record<string, string>, ApiPlugin][] = ["\n", "\r\n", "\r"].flatMap((line) =>
      ["", "\uFEFF"].flatMap((mark): [string, Record<string, string>, ApiPlugin][] => [
        [mark + sse(...events, "[DONE]").replaceAll("\n", line), { "content-type": "text/event-stream" }, PLAIN_API],
        [
          mark +
            sse(...events)
              .trimEnd()
              .replaceAll("\n", line),
          {},
          PLAIN_API,
        ],
        [mark + ndjson.join(line === "\r" ? "\n" : line), { "content-type": "application/x-ndjson" }, PLAIN_API],
      ]),
    );
    for (const [text, headers, api] of streams) {
      const bytes = Buffer.from(text);
      const expected = said(readOf({ pieces: [bytes], headers }, api));
      expect(expected).toMatchObject({ texts: ["é你", "\n😀"], ended: true, malformed: null, undecodable: false });
      for (let cut = 0; cut <= bytes.length; cut++) {
        const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
        expect(said(readOf({ pieces, headers }, api))).toEqual(expected);
        expect(said(readEarly(pieces, headers, api))).toEqual(expected);
      }
    }
  });

  test("line ends of every kind in one stream", () => {
    const ends = fc.array(fc.constantFrom("\n", "\r\n", "\r"), { minLength: 8, maxLength: 8 });
    const mixed = ends.map((line): Uint8Array => {
      let next = 0;
      // A CR before a LF would be one end where two are meant.
      const text = STREAM.replaceAll("\n", () => line[next++ % line.length]!).replace(/\r(?=\n)/g, "\r\r");
      return Buffer.from(text);
    });
    fc.assert(
      fc.property(withCuts(mixed), ({ whole, pieces }) => {
        const expected = said(readOf({ pieces: [whole] }));
        expect(expected).toMatchObject({ texts: ["Hi", " there"], ended: true, malformed: null });
        expect(said(readOf({ pieces }))).toEqual(expected);
        expect(said(readEarly(pieces, { "content-type": "text/event-stream" }, PLAIN_API))).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test("what is not UTF-8 is noticed, also where the body ends inside a character", () => {
    const bad = fc.constantFrom([0xff], [0xc3, 0x28], [0xe4, 0xbd], [0xf0, 0x9f, 0x98], [0x80]);
    const bytes = fc
      .tuple(fc.constantFrom("", STREAM, "é"), bad, fc.constantFrom("", STREAM))
      .map(([before, wrong, after]): Uint8Array => {
        return Buffer.concat([Buffer.from(before), Buffer.from(wrong), Buffer.from(after)]);
      });
    fc.assert(
      fc.property(withCuts(bytes), ({ pieces }) => {
        expect(readOf({ pieces }).undecodable).toBe(true);
        expect(readEarly(pieces, {}, PLAIN_API).undecodable).toBe(true);
      }),
    );
    expect(readOf({ pieces: [STREAM, "é"] }).undecodable).toBe(false);
  });
});

describe("times", () => {
  test("an event's stamp is that of the read that completed it", () => {
    const pieces = ["data: {", '"a":1}\n', "\ndata: 2\n\nda", "ta: 3", "\n\n"];
    const { reply } = readOf({ pieces, gapMs: 10 });
    expect(reply.messages).toEqual(['{"a":1}', "2", "3"]);
    expect(reply.times).toEqual([30_000, 30_000, 50_000]);
  });

  test("an event that the body's end cuts off has the stamp of the last read and is coalesced with it", () => {
    const { reply } = readOf({ pieces: [sse(chunk({ content: "a" })), sse(chunk({ content: "b" })).trimEnd()] });
    expect(reply.times).toEqual([10_000, 20_000]);
    const joined = sse(chunk({ content: "a" }), chunk({ content: "b" })).trimEnd();
    expect(readOf({ pieces: [joined] }).reply.output).toMatchObject({ chunks: 2, coalesced: 1 });
  });

  test("TTFT is that of the first text, however little came with the reads before", () => {
    const type = { "content-type": "text/plain" };
    const body = sse(chunk({ role: "assistant" }), chunk({ content: "Hi" }), "[DONE]");
    const at = body.indexOf("Hi");
    const pieces = [body.slice(0, 1), body.slice(1, 3), body.slice(3, at), body.slice(at)];
    expect(readOf({ pieces, headers: type }).reply.output.first).toBe(SENT + 40);
  });

  test("a body's stamp is its last read's", () => {
    const body = JSON.stringify({ choices: [{ text: "Hi" }] });
    const { reply } = readOf({
      pieces: [body.slice(0, 9), body.slice(9)],
      headers: { "content-type": "application/json" },
    });
    expect(reply.times).toEqual([20_000]);
    expect(reply.output.first).toBe(SENT + 20);
  });
});

describe("slices", () => {
  test("a deadline that has passed stops it after at most 16 reads, and it goes on where it was", () => {
    const pieces = Array.from({ length: 100 }, (_, k) => sse(chunk({ content: `${k} ` })));
    const whole = said(readOf({ pieces }));
    const read = new Interpretation(exchangeOf({ pieces }), PLAIN_API);
    let slices = 0;
    let before = 0;
    while (!read.advance(() => 1, 0)) {
      expect(read.reply.messages.length - before).toBeLessThanOrEqual(16);
      expect(read.reply.messages.length).toBeGreaterThan(before);
      before = read.reply.messages.length;
      expect(read.claim()).toBe(false);
      expect(++slices).toBeLessThan(100);
    }
    expect(slices).toBeGreaterThan(3);
    expect(said(read)).toEqual(whole);
  });

  test("is claimed once, by whoever comes first after the end has been read", () => {
    const exchange = exchangeOf({ pieces: [STREAM], end: "open" });
    const read = new Interpretation(exchange, PLAIN_API);
    expect(read.claim()).toBe(false);
    expect(read.advance(() => 0, FOR_EVER)).toBe(true);
    expect(read.caughtUp).toBe(true);
    expect(read.claim()).toBe(false);
    exchange.end(SENT + 50);
    expect(read.claim()).toBe(false);
    read.advance(() => 0, FOR_EVER);
    expect(read.claim()).toBe(true);
    expect(read.claim()).toBe(false);
  });

  test("is behind as soon as more has come", () => {
    const exchange = exchangeOf({ pieces: [STREAM], end: "open" });
    const read = new Interpretation(exchange, PLAIN_API);
    expect(read.caughtUp).toBe(false);
    read.advance(() => 0, FOR_EVER);
    expect(read.caughtUp).toBe(true);
    exchange.piece(Buffer.from("x"), SENT + 60);
    expect(read.caughtUp).toBe(false);
  });

  test("bytes are let go of when all is read", () => {
    const exchange = exchangeOf({ pieces: [STREAM, "x".repeat(1000)] });
    new Interpretation(exchange, PLAIN_API).advance(() => 0, FOR_EVER);
    expect(exchange.body.bytes()).toHaveLength(0);
    expect(exchange.bytes).toBe(STREAM.length + 1000);
  });
});

describe("what is read and what is only kept", () => {
  test("a body under a failed status is kept, not read", () => {
    const read = readOf({ status: 400, pieces: [JSON.stringify({ error: { message: "no" } })] });
    expect(read.framing).toBeNull();
    expect(read.wrongContentType).toBe(false);
    expect(read.reply.serverError).toBeNull();
    expect(read.reply.messages).toEqual(['{"error":{"message":"no"}}']);
  });

  test("a page is of a wrong type, and kept as a text", () => {
    const read = readOf({ headers: { "content-type": "text/html" }, pieces: ["<html>"] });
    expect(read.wrongContentType).toBe(true);
    expect(read.reply.messages).toEqual(['"<html>"']);
  });

  test("no body: nothing at all, of whatever type", () => {
    const read = readOf({ headers: { "content-type": "text/html" } });
    expect(read.wrongContentType).toBe(false);
    expect(read.reply.messages).toEqual([]);
  });

  test("what a broken connection brought is kept, its cut event too", () => {
    const read = readOf({
      pieces: [sse(chunk({ content: "a" })), 'data: {"cho'],
      end: { kind: "reset", message: "gone" },
    });
    expect(read.reply.messages).toEqual([JSON.stringify(chunk({ content: "a" })), '"{\\"cho"']);
    expect(read.reply.texts).toEqual(["a"]);
  });

  test("bodies above 256 KB in ASCII are read like small ones", () => {
    const long = "x".repeat(300_000);
    const pieces = sse(chunk({ content: long }), "[DONE]").match(/[\s\S]{1,16000}/g)!;
    const { reply } = readOf({ pieces });
    expect(reply.texts).toEqual([long]);
    expect(reply.endStamp).not.toBeNull();
  });
});

test.each([
  ["ASCII", "x"],
  ["two bytes a character", "é"],
])("an event of 5 MB in small packets, %s", (_, letter) => {
  const text = letter.repeat(5_000_000 / Buffer.byteLength(letter));
  const bytes = Buffer.from(sse(chunk({ content: text }), "[DONE]"));
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 1449) pieces.push(bytes.subarray(at, at + 1449));
  const { reply, undecodable } = readOf({ pieces });
  expect(reply.texts[0]!.length).toBe(text.length);
  expect({ undecodable, malformed: reply.malformed, ended: reply.endStamp !== null }).toEqual({
    undecodable: false,
    malformed: null,
    ended: true,
  });
});

describe("a plugin's reader", () => {
  test("is made with the plugin as its owner, for the request at hand", () => {
    const api = {
      ...PLAIN_API,
      greeting: "hello",
      reader(request: { body: unknown }) {
        return {
          event: () => [{ kind: "text" as const, text: `${this.greeting} ${JSON.stringify(request.body)}` }],
          body: () => [],
        };
      },
    };
    expect(readOf({ pieces: [sse("{}")], body: { n: 1 } }, api).reply.texts).toEqual(['hello {"n":1}']);
  });

  test("that cannot be made fails the reply, and nothing else", () => {
    const api: ApiPlugin = {
      ...PLAIN_API,
      reader: () => {
        throw new Error("no reader today");
      },
    };
    expect(readOf({ pieces: [STREAM] }, api).reply.pluginError).toMatch(
      /^no reader today \(at .*interpretation\.test\.ts:\d+/,
    );
    expect(readOf({ status: 500, pieces: ["x"] }, api).reply.pluginError).toBeNull();
  });
});
