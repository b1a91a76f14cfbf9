import { describe, expect, test } from "bun:test";
import type { ApiPlugin } from "../../src/contract/api.ts";
import { judge, serverWords } from "../../src/engine/judge.ts";
import { chunk, PLAIN_API, readerGiving, readOf, sse } from "./engine-fixture.ts";

type Told = Parameters<typeof readOf>[0];
type Produces = NonNullable<ApiPlugin["produces"]>;

function verdict(told: Told, api: ApiPlugin = PLAIN_API, produces: Produces = "text") {
  return judge(readOf(told, api), produces);
}

const TEXT = chunk({ content: "Hi" });
const STOP = chunk({}, { finish_reason: "stop" });
const JSON_TYPE = { "content-type": "application/json" };

describe("success", () => {
  test.each<[string, Told]>([
    ["[DONE] after text", { pieces: [sse(TEXT, "[DONE]")] }],
    ["a finish reason without [DONE]", { pieces: [sse(TEXT, STOP)] }],
    ["an end without its blank line", { pieces: [sse(TEXT, "[DONE]").trimEnd()] }],
    ["reasoning alone", { pieces: [sse(chunk({ reasoning: "hm" }), "[DONE]")] }],
    ["a tool call alone", { pieces: [sse(chunk({ tool_calls: [{ function: { name: "f" } }] }), "[DONE]")] }],
    ["no output but completion tokens", { pieces: [sse(STOP, { choices: [], usage: { completion_tokens: 4 } })] }],
    ["any 2xx", { status: 206, pieces: [sse(TEXT, "[DONE]")] }],
    ["a JSON body", { pieces: [JSON.stringify({ choices: [{ text: "x" }] })], headers: JSON_TYPE }],
    ["events that nobody knows in between", { pieces: [sse({}, { type: "ping" }, TEXT, "[DONE]")] }],
  ])("%s", (_, told) => {
    expect(verdict(told)).toEqual({ ok: true });
  });
});

test.each(["timeout_idle", "timeout_total", "cancelled"] as const)(
  "a reply that is whole by its own word is a success, where plumb ends it: %s",
  (kind) => {
    const end = { kind, message: "m" };
    expect(verdict({ pieces: [sse(TEXT, "[DONE]")], end })).toEqual({ ok: true });
    expect(verdict({ pieces: [sse(TEXT)], end })).toEqual({ ok: false, kind, message: "m" });
    expect(verdict({ pieces: [sse(STOP)], end })).toMatchObject({ ok: false, kind: "empty" });
  },
);

describe("kinds", () => {
  test.each<[string, Told, kind: string, message: RegExp]>([
    ["what the transport saw", { end: { kind: "dns", message: "no such host" } }, "dns", /^no such host$/],
    [
      "a reset after the API's own end",
      { pieces: [sse(TEXT, "[DONE]")], end: { kind: "reset", message: "r" } },
      "reset",
      /^r$/,
    ],
    [
      "a refusal whose body never came to its end",
      { status: 429, headers: { "retry-after": "7" }, pieces: ['{"err'], end: { kind: "reset", message: "lost" } },
      "rate_limited",
      /^HTTP 429; Retry-After: 7; \{"err; lost$/,
    ],
    [
      "a redirect that times out",
      { status: 302, end: { kind: "timeout_idle", message: "silent" } },
      "redirect",
      /^HTTP 302; silent$/,
    ],
    [
      "an error event before a reset",
      { pieces: [sse(TEXT, { error: { message: "oom" } })], end: { kind: "reset", message: "r" } },
      "stream_error",
      /^oom$/,
    ],
    [
      "an event that a reset cut",
      { pieces: [sse(TEXT), 'data: {"cho'], end: { kind: "reset", message: "r" } },
      "reset",
      /^r$/,
    ],
    ["400", { status: 400, pieces: ['{"error":{"message":"too long"}}'] }, "http_4xx", /^HTTP 400; too long$/],
    ["404 with a page", { status: 404, pieces: ["<html>"] }, "http_4xx", /^HTTP 404; <html>$/],
    ["401 without a body", { status: 401 }, "http_4xx", /^HTTP 401$/],
    ["429", { status: 429, headers: { "retry-after": "7" } }, "rate_limited", /^HTTP 429; Retry-After: 7$/],
    ["429 without a time", { status: 429, pieces: ["slow down"] }, "rate_limited", /^HTTP 429; slow down$/],
    ["500", { status: 500, pieces: ['{"detail":"x"}'] }, "http_5xx", /^HTTP 500; x$/],
    ["503 with a time", { status: 503, headers: { "retry-after": "7" } }, "http_5xx", /^HTTP 503$/],
    ["a redirect", { status: 307, headers: { location: "/b" } }, "redirect", /^HTTP 307; Location: \/b$/],
    ["304", { status: 304 }, "redirect", /^HTTP 304$/],
    ["a page", { headers: { "content-type": "text/html" }, pieces: ["<html>"] }, "wrong_content_type", /text\/html/],
    ["no type and no JSON", { headers: {}, pieces: ["Hello world"] }, "wrong_content_type", /no content type/],
    ["not UTF-8", { pieces: [sse(TEXT, "[DONE]"), Uint8Array.of(0x3a, 0xff, 0x0a)] }, "decode", /UTF-8/],
    ["an error event", { pieces: [sse(TEXT, { error: { message: "oom" } }, "[DONE]")] }, "stream_error", /^oom$/],
    ["an error as a body", { headers: JSON_TYPE, pieces: ['{"error":"no"}'] }, "stream_error", /^no$/],
    ["an error before stray text", { pieces: [sse(TEXT, "boo", { error: "no" })] }, "stream_error", /^no$/],
    ["a stray text", { pieces: [sse(TEXT, "boo", "[DONE]")] }, "malformed", /not JSON: boo/],
    ["a body that is cut", { headers: JSON_TYPE, pieces: ['{"choices":['] }, "malformed", /not JSON/],
    ["a body without choices", { headers: JSON_TYPE, pieces: ["{}"] }, "malformed", /choices/],
    ["nothing", {}, "empty", /no content/],
    ["comments alone", { pieces: [": ping\n\n"] }, "empty", /no content/],
    ["a stream without its end", { pieces: [sse(TEXT)] }, "truncated", /own end/],
    ["one choice of two ended", { pieces: [sse(TEXT, STOP)], body: { n: 2 } }, "truncated", /own end/],
    ["no output and no tokens", { pieces: [sse(chunk({ role: "assistant" }), STOP, "[DONE]")] }, "empty", /no output/],
    ["zero completion tokens", { pieces: [sse(STOP, { usage: { completion_tokens: 0 } })] }, "empty", /no output/],
  ])("%s", (_, told, kind, message) => {
    expect(verdict(told)).toEqual({ ok: false, kind, message: expect.stringMatching(message) } as never);
  });

  test("an API that never answered with a status: protocol", () => {
    const read = readOf({ pieces: [sse(TEXT, "[DONE]")] });
    read.exchange.status = null;
    expect(judge(read, "text")).toMatchObject({ kind: "protocol" });
    read.exchange.status = 101;
    expect(judge(read, "text")).toMatchObject({ kind: "protocol" });
  });

  test("a plugin's reader that throws: plugin", () => {
    const fail = () => {
      throw new Error("boom");
    };
    const api = { ...PLAIN_API, reader: () => ({ event: fail, body: fail }) };
    expect(verdict({ pieces: [sse(TEXT)] }, api)).toEqual({
      ok: false,
      kind: "plugin",
      message: expect.stringMatching(/^boom \(at .*judge\.test\.ts:\d+/),
    });
  });

  test("silence is no failure where no text is produced", () => {
    const api = { ...PLAIN_API, reader: () => readerGiving([{ kind: "end" }]) };
    expect(verdict({ pieces: [sse("{}")] }, api, "embedding")).toEqual({ ok: true });
    expect(verdict({ pieces: [sse("{}")] }, api, "text")).toMatchObject({ kind: "empty" });
  });

  test("a server's words are cut", () => {
    const ending = verdict({ status: 500, pieces: ["x".repeat(50_000)] });
    expect(ending.ok ? "" : ending.message).toHaveLength(4096);
  });
});

test.each([
  ['{"error":{"message":"m"}}', "m"],
  ['{"error":"e"}', "e"],
  ['{"message":"m"}', "m"],
  ['{"detail":"d"}', "d"],
  ['{"detail":[{"loc":1}]}', '{"detail":[{"loc":1}]}'],
  ['{"error":{"message":{"a":1}}}', '{"error":{"message":{"a":1}}}'],
  ['"a page"', "a page"],
  ["null", "null"],
  ["[1]", "[1]"],
  ["7", "7"],
  ['{"error":{"mess', '{"error":{"mess'],
])("the words of %s", (json, words) => {
  expect(serverWords(json)).toBe(words);
});
