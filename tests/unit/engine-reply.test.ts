import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Delta, Reader } from "../../src/contract/api.ts";
import { openaiReader } from "../../src/contract/openai-reader.ts";
import { Reply } from "../../src/engine/reply.ts";
import { chunk, readerGiving, SENT } from "./engine-fixture.ts";

const openai = () => openaiReader({ body: {} });

/** A reply to which each list of deltas comes as an event, 10 ms after the one before, each in a read of its own. */
function replyOf(...events: Delta[][]): Reply {
  let next = 0;
  const reply = new Reply({ ...readerGiving([]), event: () => events[next++]! }, SENT);
  for (let k = 0; k < events.length; k++) reply.event("{}", undefined, SENT + 10 * (k + 1), k + 1);
  return reply;
}

const text = (said: string, more: object = {}): Delta => ({ kind: "text", text: said, ...more });

describe("the arrays of the record", () => {
  test("stand beside each other: messages as JSON, microseconds from sent, tokens", () => {
    const reply = new Reply(openai(), SENT);
    reply.event('{"role": 1}', undefined, SENT + 0.5, 1);
    reply.event(JSON.stringify(chunk({ content: "Hi" })), undefined, SENT + 12.3456, 2);
    reply.event("[DONE]", undefined, SENT + 20, 3);
    reply.event('{"cut', undefined, SENT + 20, 3);
    expect(reply.messages).toEqual(['{"role": 1}', JSON.stringify(chunk({ content: "Hi" })), '"[DONE]"', '"{\\"cut"']);
    expect(reply.times).toEqual([500, 12_346, 20_000, 20_000]);
    expect(reply.tokens).toEqual([0, 1, 0, 0]);
  });

  test("are JSON together, whatever comes", () => {
    const anything = fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.constantFrom("[DONE]", "", "{", "\ud800"));
    fc.assert(
      fc.property(fc.array(anything), anything, (events, body) => {
        const reply = new Reply(openai(), SENT);
        for (const data of events) reply.event(data, undefined, SENT, 1);
        reply.body(body, SENT, 2);
        reply.keep(body, SENT);
        const parsed = JSON.parse(`[${reply.messages.join(",")}]`) as unknown[];
        expect(parsed).toHaveLength(events.length + 2);
        expect(reply.times).toHaveLength(parsed.length);
        expect(reply.tokens).toHaveLength(parsed.length);
      }),
    );
  });

  test("an event's tokens: as the server says, 1 where it does not, the sum of its texts, and at least 1", () => {
    const reply = replyOf(
      [text("a")],
      [text("b", { tokens: 5 })],
      [text("c"), text("d")],
      [text("e", { tokens: 2 }), text("f", { tokens: 0 })],
      [text("g", { tokens: 0 })],
      [{ kind: "finish", reason: "stop" }],
      [text("")],
    );
    expect(reply.tokens).toEqual([1, 5, 2, 2, 1, 0, 0]);
    expect(reply.output.chunks).toBe(5);
  });
});

describe("the output's moments", () => {
  test("first of any channel, first answer, last; an empty text is none", () => {
    const { output, reasoningStreamed, texts } = replyOf(
      [text("")],
      [{ kind: "reasoning", text: "hm" }],
      [{ kind: "tool", text: "f" }],
      [text("so")],
      [{ kind: "reasoning", text: "" }],
      [{ kind: "usage", completionTokens: 9 }],
    );
    expect(output).toMatchObject({ first: SENT + 20, firstAnswer: SENT + 40, last: SENT + 40, chunks: 3 });
    expect(reasoningStreamed).toBe(true);
    expect(texts).toEqual(["hm", "f", "so"]);
  });

  test("nothing said: all of them are missing", () => {
    const { output, reasoningStreamed } = replyOf([], [{ kind: "end" }], [{ kind: "reasoning", text: "" }]);
    expect(output).toEqual({ first: null, firstAnswer: null, last: null, firstTokens: null, chunks: 0, coalesced: 0 });
    expect(reasoningStreamed).toBe(false);
  });

  test("the first event's tokens, where the server says how many", () => {
    expect(replyOf([text("")], [text("a", { tokens: 4 })], [text("b", { tokens: 2 })]).output.firstTokens).toBe(4);
    expect(replyOf([text("a")], [text("b", { tokens: 2 })]).output.firstTokens).toBeNull();
    expect(replyOf([text("a", { tokens: 3 }), text("b")]).output.firstTokens).toBeNull();
  });

  test("output events of one read are counted as coalesced, from the second on", () => {
    const reply = new Reply(openai(), SENT);
    const event = (content: string, read: number) =>
      reply.event(JSON.stringify(chunk({ content })), undefined, SENT + read, read);
    event("", 1);
    event("a", 1);
    event("", 1);
    event("b", 1);
    event("c", 1);
    event("d", 2);
    event("", 3);
    event("e", 3);
    expect(reply.output).toMatchObject({ chunks: 5, coalesced: 2, first: SENT + 1, last: SENT + 3 });
  });
});

describe("what is noted", () => {
  test("usage is merged field by field, the later value stands, null and absent leave it", () => {
    const lax = { kind: "usage", promptTokens: null } as unknown as Delta;
    const { usage } = replyOf(
      [{ kind: "usage", promptTokens: 7, completionTokens: 1 }],
      [{ kind: "usage", completionTokens: 5, cachedTokens: 0 }],
      [lax],
      [{ kind: "usage", reasoningTokens: 2 }],
    );
    expect(usage).toEqual({ prompt: 7, completion: 5, cached: 0, reasoning: 2 });
  });

  test("the last finish reason, the first error, the first malformed event, the last end", () => {
    const reply = replyOf(
      [{ kind: "finish", reason: "length" }, { kind: "end" }],
      [{ kind: "error", message: "one" }],
      [{ kind: "error", message: "two" }],
      [{ kind: "malformed", message: "odd" }],
      [{ kind: "malformed", message: "even" }],
      [{ kind: "finish", reason: "stop" }],
      [{ kind: "end" }],
    );
    expect(reply).toMatchObject({ finishReason: "stop", serverError: "one", malformed: "odd", endStamp: SENT + 70 });
  });
});

describe("a plugin's reader", () => {
  test("that throws fails the reply with its first words; the event is kept", () => {
    const fail = () => {
      throw new Error("boom");
    };
    const reply = new Reply({ event: fail, body: fail }, SENT);
    reply.event("{}", undefined, SENT, 1);
    reply.body("{}", SENT, 2);
    expect(reply.pluginError).toMatch(/^boom \(at .*reply\.test\.ts:\d+/);
    expect(reply.messages).toEqual(["{}", "{}"]);
  });

  test("may throw anything at all", () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        const fail = () => {
          throw thrown;
        };
        const reply = new Reply({ event: fail, body: fail }, SENT);
        reply.event("{}", undefined, SENT, 1);
        expect(reply.pluginError).toBeString();
      }),
    );
  });

  test("that gives what is no delta fails the reply, and nothing of it gets into the record", () => {
    const wrong: unknown[] = [
      undefined,
      null,
      5,
      "text",
      [null],
      ["text"],
      [{}],
      [{ kind: "texts", text: "x" }],
      [{ kind: "text" }],
      [{ kind: "text", text: 5 }],
      [{ kind: "text", text: "x", tokens: "1" }],
      [{ kind: "text", text: "x", tokens: -1 }],
      [{ kind: "text", text: "x", tokens: Number.NaN }],
      [{ kind: "usage", completionTokens: "9" }],
      [{ kind: "usage", promptTokens: 1.5 }],
      [{ kind: "finish" }],
      [{ kind: "finish", reason: { a: 1 } }],
      [{ kind: "error" }],
      [{ kind: "error", message: { deep: 1 } }],
      [{ kind: "malformed", message: 0 }],
    ];
    for (const given of wrong) {
      const reader = { event: () => given, body: () => given } as unknown as Reader;
      const reply = new Reply(reader, SENT);
      reply.event("{}", undefined, SENT, 1);
      expect(reply.pluginError).toBeString();
      const { output, usage, serverError, malformed, finishReason } = reply;
      expect({ chunks: output.chunks, completion: usage.completion, serverError, malformed, finishReason }).toEqual({
        chunks: 0,
        completion: null,
        serverError: null,
        malformed: null,
        finishReason: null,
      });
    }
  });

  test("gets the event's data, name and JSON", () => {
    const seen: unknown[] = [];
    const reader: Reader = {
      event: (event) => {
        seen.push(event);
        return [];
      },
      body: (body, json) => {
        seen.push([body, json]);
        return [];
      },
    };
    const reply = new Reply(reader, SENT);
    reply.event('{"a":1}', "delta", SENT, 1);
    reply.event("[DONE]", undefined, SENT, 1);
    reply.body("nothing", SENT, 1);
    expect(seen).toEqual([
      { name: "delta", data: '{"a":1}', json: { a: 1 } },
      { name: undefined, data: "[DONE]", json: undefined },
      ["nothing", undefined],
    ]);
  });
});

test("what is kept unread is no output", () => {
  const reply = new Reply(openai(), SENT);
  reply.keep(JSON.stringify(chunk({ content: "Hi" })), SENT + 5);
  reply.keep("<html>", SENT + 5);
  expect(reply.messages[1]).toBe('"<html>"');
  expect(reply.output.chunks).toBe(0);
  expect(reply.endStamp).toBeNull();
});
