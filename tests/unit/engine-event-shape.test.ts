import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Reader } from "../../src/contract/api.ts";
import { openaiReader } from "../../src/contract/openai-reader.ts";
import { EventShape } from "../../src/engine/event-shape.ts";
import { Reply } from "../../src/engine/reply.ts";
import { chunk, eventOf } from "./engine-fixture.ts";

interface Said {
  data: string;
  name?: string;
}

/** Everything that a reply has to say of itself. */
function told(reader: Reader, events: Said[]): object {
  const reply = new Reply(reader, 0);
  events.forEach(({ data, name }, index) => {
    // Two events a read, so that coalescing is seen.
    reply.event(data, name, 10 + Math.floor(index / 2), Math.floor(index / 2));
  });
  const { messages, times, tokens, texts, output, usage, finishReason, endStamp, reasoningStreamed } = reply;
  const { serverError, malformed, pluginError } = reply;
  const known = { messages, times, tokens, texts, output, usage, finishReason, endStamp, reasoningStreamed };
  return { ...known, serverError, malformed, pluginError };
}

function expectSame(events: Said[], request: object = {}): void {
  const plain = openaiReader({ body: request });
  const withShapes = told(openaiReader({ body: request }), events);
  expect(withShapes).toEqual(told({ event: (event) => plain.event(event), body: (t, j) => plain.body(t, j) }, events));
}

const text = fc.oneof(
  fc.constantFrom("", " the", "assistant", "c", "content", "chat.completion.chunk", "null", "0", ",", ":", "},{"),
  fc.constantFrom(
    '"',
    "\\",
    'say "hi"\n',
    "line\nbreak",
    "\t",
    "\u0000",
    "\u2028",
    "é",
    "你好",
    "😀",
    "👍🏽",
    "\ud83d",
  ),
  fc.string(),
  fc.string({ unit: "binary" }),
);
/** JSON with characters written as escapes that need none. */
const escaped = (json: string) =>
  json.replace(/[a-z\u0080-\uffff]/g, (c, at: number) =>
    at % 3 === 0 && /[^a-z]/.test(c) ? `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}` : c,
  );
const style = fc.constantFrom<(json: object) => string>(
  (json) => JSON.stringify(json),
  (json) => escaped(JSON.stringify(json)),
  (json) => JSON.stringify(json, null, 1),
  (json) => JSON.stringify(json).replace('"content":"a', '"content":"\\u0061'),
);
const frame = fc.constantFrom<(said: string) => object>(
  (content) => chunk({ content }),
  (content) => chunk({ role: "assistant", content }),
  (content) => chunk({ reasoning_content: content }),
  (content) => chunk({ content: null, reasoning: content }),
  (said) => ({ id: said, choices: [{ index: 0, text: said }] }),
  (said) => ({ choices: [{ index: 1, text: said, logprobs: null }] }),
  (name) => chunk({ tool_calls: [{ index: 0, function: { name, arguments: "" } }] }),
  (said) => chunk({ tool_calls: [{ index: 0, function: { arguments: said } }] }),
  (content) => ({ ...chunk({ content }), usage: null }),
  (content) => ({ ...chunk({ content }), usage: { completion_tokens: 7 } }),
  (content) => chunk({ content }, { logprobs: { content: [{ token: content }] } }),
  (content) => chunk({ content }, { finish_reason: "stop" }),
  (content) => chunk({ content, refusal: content }),
  (content) => ({ nonce: content.length, ...chunk({ content }) }),
  (message) => ({ error: { message } }),
  (content) => chunk({ content: [{ type: "text", text: content }] }),
);
const other = fc.constantFrom("[DONE]", "{}", "not JSON", '{"choices":[]}', '{"usage":{"completion_tokens":3}}');
/** Runs of the same frame, as streams are. */
const stream = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.tuple(frame, style, fc.array(text, { minLength: 1, maxLength: 8 })) },
      { weight: 1, arbitrary: other },
    ),
    { maxLength: 8 },
  )
  .map((runs) => runs.flatMap((run) => (typeof run === "string" ? [run] : run[2].map((said) => run[1](run[0](said))))));

describe("a reply read with shapes is the reply read without", () => {
  test("for streams of any texts, escapes and frames", () => {
    fc.assert(
      fc.property(stream, fc.constantFrom({}, { n: 2 }), fc.constantFrom(undefined, "delta"), (events, request, name) =>
        expectSame(
          events.map((data) => ({ data, name })),
          request,
        ),
      ),
      { numRuns: 1500 },
    );
  });

  test("where an escape hides the text and another string looks like it", () => {
    const hidden = (role: string, content: string) =>
      `{"choices":[{"delta":{"role":"${role}","content":"${content}"}}]}`;
    expectSame([
      { data: hidden("assistant", "\\u0061ssistant") },
      { data: hidden("user", "\\u0061ssistant") },
      { data: hidden("assistant", "x") },
    ]);
  });

  test("where what stands in the text's place closes it and opens another field", () => {
    const events = ["a", '","refusal":"no', 'b"},"finish_reason":"stop","x":{"y":"', "c"];
    const data = (said: string) => `{"choices":[{"delta":{"content":"${said}"}}]}`;
    expectSame(events.map((said) => ({ data: data(said) })));
  });

  test("where events of one form have different names", () => {
    const data = JSON.stringify(chunk({ content: "x" }));
    expectSame([{ data }, { data, name: "delta" }, { data, name: "error" }, { data }, { data, name: "delta" }]);
  });
});

describe("how much it spares", () => {
  /** How many of a stream's events are parsed and read. */
  function readEvents(texts: string[]): number {
    let events = 0;
    const reader = openaiReader({ body: {} });
    const counting: Reader = {
      event: (event) => {
        events++;
        return reader.event(event);
      },
      body: () => [],
      repeatable: true,
    };
    const reply = new Reply(counting, 0);
    for (const [index, content] of texts.entries()) {
      reply.event(JSON.stringify(chunk({ content })), undefined, index, index);
    }
    expect(reply.texts.join("")).toBe(texts.join(""));
    return events;
  }

  test("of a stream in one frame the first event alone is read", () => {
    expect(readEvents(Array.from({ length: 100 }, (_, k) => ` word${k}`))).toBe(1);
  });

  test("line breaks, quotes and emoji in the texts cost it nothing", () => {
    const texts = Array.from({ length: 200 }, (_, k) => [" code", "\n", '"', "\\n", "😀", "\t\t"][k % 6]!);
    expect(readEvents(texts)).toBe(1);
  });

  test("a stream whose frame changes with every event is soon left alone", () => {
    let shaped = 0;
    const shape = new EventShape();
    for (let k = 0; k < 50; k++) {
      const event = eventOf({ nonce: `n${k}`, ...chunk({ content: ` w${k}` }) });
      if (shape.match(event.data, undefined) !== null) shaped++;
      shape.learn(event, openaiReader({ body: {} }).event(event));
    }
    expect(shaped).toBe(0);
    const event = eventOf(chunk({ content: "x" }));
    shape.learn(event, openaiReader({ body: {} }).event(event));
    expect(shape.match(event.data, undefined)).toBeNull();
  });
});

test("what was not learned from one plain text alone matches nothing", () => {
  const data = JSON.stringify(chunk({ content: "word" }));
  const event = eventOf(data);
  const [delta] = openaiReader({ body: {} }).event(event);
  const unlearned = [
    [],
    [delta!, delta!],
    [{ ...delta!, tokens: 1 }],
    [{ kind: "end" } as const],
    [{ kind: "text", text: "" } as const],
    [{ kind: "text", text: "not in it" } as const],
  ];
  for (const deltas of unlearned) {
    const shape = new EventShape();
    shape.learn(event, deltas);
    expect(shape.match(data, undefined)).toBeNull();
  }
  const shape = new EventShape();
  shape.learn(event, [delta!]);
  expect(shape.match(data.replace("word", "other"), undefined)).toBe("other");
  expect(shape.delta.kind).toBe("text");
});
