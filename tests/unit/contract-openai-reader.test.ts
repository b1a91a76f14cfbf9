import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Delta } from "../../src/contract/api.ts";
import { openaiReader } from "../../src/contract/openai-reader.ts";
import { deltaFault } from "../../src/registry/delta-fault.ts";
import { chunk, eventOf } from "./engine-fixture.ts";

/** All deltas of a stream, without fields that say nothing. */
function read(events: unknown[], body: unknown = {}): Delta[] {
  const reader = openaiReader({ body });
  const deltas = events.flatMap((event) => reader.event(eventOf(event)));
  return JSON.parse(JSON.stringify(deltas)) as Delta[];
}

function readBody(body: unknown, request: unknown = {}): Delta[] {
  const { data, json } = eventOf(body);
  return JSON.parse(JSON.stringify(openaiReader({ body: request }).body(data, json))) as Delta[];
}

const tokensOf = (deltas: Delta[]) => deltas.flatMap((delta) => ("text" in delta ? [delta.tokens ?? null] : []));

describe("text of a stream", () => {
  test("a chat chunk's content, under its choice", () => {
    expect(read([chunk({ content: "Hi" })])).toEqual([{ kind: "text", text: "Hi", choice: 0 }]);
    expect(read([chunk({ content: "Hi" }, { index: 2 })])).toEqual([{ kind: "text", text: "Hi", choice: 2 }]);
  });

  test("a completions chunk's text", () => {
    expect(read([{ choices: [{ index: 0, text: " x" }] }])).toEqual([{ kind: "text", text: " x", choice: 0 }]);
  });

  test("a chunk with a role only, with empty or null content, or without choices is no output", () => {
    const chunks = [
      chunk({ role: "assistant" }),
      chunk({ role: "assistant", content: "" }),
      chunk({ content: null }),
      chunk({}),
      { choices: [] },
      { choices: null },
      { choices: [{ index: 0, delta: null, text: "" }] },
      { object: "chat.completion.chunk" },
      {},
    ];
    expect(read(chunks)).toEqual([]);
  });

  test("reasoning under both its names, before the text of the same chunk", () => {
    expect(read([chunk({ reasoning_content: "hm" })])).toEqual([{ kind: "reasoning", text: "hm", choice: 0 }]);
    expect(read([chunk({ reasoning: "hm", content: null })])).toEqual([{ kind: "reasoning", text: "hm", choice: 0 }]);
    for (const reasoning_content of [null, ""]) {
      expect(read([chunk({ reasoning_content, reasoning: "hm" })])).toMatchObject([{ text: "hm" }]);
    }
    expect(read([chunk({ content: "so", reasoning_content: "hm" })])).toMatchObject([
      { kind: "reasoning", text: "hm" },
      { kind: "text", text: "so" },
    ]);
  });

  test("tool calls: names and arguments, several in a chunk, and the older function call", () => {
    const calls = [{ function: { name: "f", arguments: "" } }, { function: { arguments: '{"a"' } }, { index: 3 }];
    expect(read([chunk({ tool_calls: calls })])).toEqual([
      { kind: "tool", text: "f", choice: 0, call: { index: 0, name: "f", arguments: "" } },
      { kind: "tool", text: '{"a"', choice: 0, call: { index: 1, arguments: '{"a"' } },
    ]);
    expect(read([chunk({ tool_calls: [{ function: { name: null, arguments: null } }] })])).toEqual([]);
    expect(read([chunk({ function_call: { name: "f", arguments: "1" } })])).toMatchObject([
      { kind: "tool", text: "f1" },
    ]);
  });

  test("a call's id is told, and which of the calls a piece belongs to", () => {
    const opened = { index: 2, id: "c", function: { name: "f", arguments: "" } };
    expect(read([chunk({ tool_calls: [opened] })])).toMatchObject([{ call: { index: 2, id: "c", name: "f" } }]);
    expect(read([chunk({ tool_calls: [{ index: 2, function: { arguments: "{}" } }] })])).toMatchObject([
      { text: "{}", call: { index: 2, arguments: "{}" } },
    ]);
  });

  test("refusals, and content in parts", () => {
    expect(read([chunk({ refusal: "no" })])).toMatchObject([{ kind: "text", text: "no" }]);
    const parts = [{ type: "text", text: "a" }, { type: "image" }, { type: "text", text: "b" }];
    expect(read([chunk({ content: parts })])).toMatchObject([{ kind: "text", text: "ab" }]);
  });

  test("several choices in one chunk", () => {
    const choices = [0, 1, 2].map((index) => ({ index, delta: { content: `c${index}` } }));
    expect(read([{ choices }], { n: 3 })).toEqual([0, 1, 2].map((k) => ({ kind: "text", text: `c${k}`, choice: k })));
  });
});

describe("tokens of a chunk", () => {
  const usage = (completion_tokens: unknown) => ({ usage: { prompt_tokens: 5, completion_tokens } });

  test("usage in every chunk tells them, from the second and from a first that counts none", () => {
    const chunks = [
      { ...chunk({ role: "assistant", content: "" }), ...usage(0) },
      { ...chunk({ content: "a" }), ...usage(3) },
      { ...chunk({ content: "b" }), ...usage(4) },
      { ...chunk({}, { finish_reason: "stop" }), ...usage(4) },
    ];
    expect(tokensOf(read(chunks))).toEqual([3, 1]);
  });

  test("usage in the last chunk alone says nothing of that chunk, even where it carries text", () => {
    const chunks = [chunk({ content: "a" }), chunk({ content: "b" }), { ...chunk({ content: "c" }), ...usage(50) }];
    expect(tokensOf(read(chunks))).toEqual([null, null, null]);
    const gap = [
      { ...chunk({ content: "a" }), ...usage(1) },
      chunk({ content: "b" }),
      { ...chunk({ content: "c" }), ...usage(9) },
    ];
    expect(tokensOf(read(gap))).toEqual([1, null, null]);
  });

  test("with several choices the difference of two counts is nobody's", () => {
    const chunks = [
      { ...chunk({ content: "a" }), ...usage(5) },
      { ...chunk({ content: "b" }, { index: 1 }), ...usage(1) },
      { ...chunk({ content: "c" }), ...usage(6) },
    ];
    expect(tokensOf(read(chunks, { n: 2 }))).toEqual([null, null, null]);
  });

  test("counts that are null or go back do not upset it", () => {
    const counted = (count: unknown) => ({ ...chunk({ content: "x" }), ...usage(count) });
    expect(tokensOf(read([counted(null), counted(7)]))).toEqual([null, null]);
    expect(tokensOf(read([counted(4), counted(2), counted(3)]))).toEqual([4, null, 1]);
  });

  test("one chunk's count stands once, on the first of its texts", () => {
    const both = { ...chunk({ reasoning_content: "r", content: "t" }), ...usage(6) };
    expect(tokensOf(read([both]))).toEqual([6, 0]);
  });

  test("log-probabilities tell them too", () => {
    const chat = chunk({ content: "abc" }, { logprobs: { content: [{}, {}, {}] } });
    expect(tokensOf(read([chat]))).toEqual([3]);
    expect(tokensOf(read([{ choices: [{ text: "ab", logprobs: { tokens: ["a", "b"] } }] }]))).toEqual([2]);
    const none = [{ content: null }, { content: [] }, null, {}, "x"];
    for (const logprobs of none) expect(tokensOf(read([chunk({ content: "abc" }, { logprobs })]))).toEqual([null]);
  });
});

describe("the end", () => {
  const finish = (index: number) => chunk({}, { index, finish_reason: "stop" });

  test("[DONE], with blanks around it or not", () => {
    expect(read(["[DONE]"])).toEqual([{ kind: "end" }]);
    expect(read([" [DONE] "])).toEqual([{ kind: "end" }]);
  });

  test("a finish reason for each choice asked for, and not before", () => {
    expect(read([finish(0)])).toEqual([{ kind: "finish", reason: "stop", choice: 0 }, { kind: "end" }]);
    const ends = (events: object[], body: unknown) => read(events, body).filter(({ kind }) => kind === "end").length;
    expect(ends([finish(0), finish(1)], { n: 3 })).toBe(0);
    expect(ends([finish(0), finish(0), finish(0)], { n: 3 })).toBe(0);
    expect(ends([finish(0), finish(2), finish(1)], { n: 3 })).toBe(1);
  });

  test("a list of prompts has a choice for each, `n` times; a prompt of tokens is one", () => {
    const ends = (body: unknown) => read([finish(0), finish(1)], body).some(({ kind }) => kind === "end");
    expect(ends({ prompt: ["a", "b"] })).toBe(true);
    expect(ends({ prompt: ["a", "b"], n: 2 })).toBe(false);
    expect(ends({ prompt: [[1, 2], [3], [4]] })).toBe(false);
    expect(read([finish(0)], { prompt: [11, 12, 13] }).at(-1)).toEqual({ kind: "end" });
    for (const n of [0, -1, "3", null, 1.5]) expect(read([finish(0)], { n }).at(-1)).toEqual({ kind: "end" });
  });

  test("an empty or null finish reason is none", () => {
    for (const finish_reason of ["", null, 7, {}]) expect(read([chunk({}, { finish_reason })])).toEqual([]);
  });

  test("the last text and the finish may share a chunk", () => {
    expect(read([chunk({ content: "x" }, { finish_reason: "length" })])).toEqual([
      { kind: "text", text: "x", choice: 0 },
      { kind: "finish", reason: "length", choice: 0 },
      { kind: "end" },
    ]);
  });
});

describe("usage", () => {
  test("all its parts, beside an empty list of choices or in a chunk of its own", () => {
    const usage = {
      prompt_tokens: 9,
      completion_tokens: 4,
      prompt_tokens_details: { cached_tokens: 8 },
      completion_tokens_details: { reasoning_tokens: 3 },
    };
    const delta = { kind: "usage", promptTokens: 9, completionTokens: 4, cachedTokens: 8, reasoningTokens: 3 };
    expect(read([{ choices: [], usage }])).toEqual([delta] as Delta[]);
    expect(read([{ usage }])).toEqual([delta] as Delta[]);
  });

  test("what is null or no count is left out", () => {
    const usage = {
      prompt_tokens: null,
      completion_tokens: "4",
      prompt_tokens_details: null,
      completion_tokens_details: { reasoning_tokens: -1 },
    };
    expect(read([{ usage }])).toEqual([{ kind: "usage" }]);
    expect(read([{ usage: null }, { usage: [] }, { usage: "9" }])).toEqual([]);
  });
});

describe("errors", () => {
  test.each([
    [{ error: { message: "too long", code: 400 } }, "too long"],
    [{ error: "overloaded" }, "overloaded"],
    [{ object: "error", message: "no such model", code: 404 }, "no such model"],
    [{ error: {}, message: "outer" }, "outer"],
    [{ error: { message: { deep: 1 } } }, '{"message":{"deep":1}}'],
    [{ error: { code: 7 } }, '{"code":7}'],
    [{ error: true }, "true"],
  ])("%j says %p", (event, message) => {
    expect(read([event])).toEqual([{ kind: "error", message }]);
    expect(readBody(event)).toEqual([{ kind: "error", message }]);
  });

  test("an event named error is one, whatever it says", () => {
    const reader = openaiReader({ body: {} });
    expect(reader.event(eventOf({ message: "m" }, "error"))).toEqual([{ kind: "error", message: "m" }]);
    expect(reader.event(eventOf("boom", "error"))).toEqual([{ kind: "error", message: "boom" }]);
  });

  test("no error where the field is null", () => {
    expect(read([{ error: null, ...chunk({ content: "x" }) }])).toHaveLength(1);
  });

  test("what is no JSON object is malformed: cut JSON, stray texts, numbers", () => {
    for (const data of ['{"choices":[{"del', "hello", "17", "null", '"text"', "[1]", ""]) {
      expect(read([data])).toMatchObject([{ kind: "malformed" }]);
      expect(readBody(data)).toMatchObject([{ kind: "malformed" }]);
    }
    expect(read(["x".repeat(10_000)])[0]).toMatchObject({ message: `not JSON: ${"x".repeat(200)}` });
  });

  test("one malformed reply leaves no trace in the next", () => {
    for (let k = 0; k < 3; k++) {
      expect(readBody("null")).toHaveLength(1);
      expect(read(["7"])).toHaveLength(1);
      expect(read([{}])).toEqual([]);
    }
  });
});

describe("a body", () => {
  test("a chat completion: text, finish, usage, end", () => {
    const body = {
      choices: [
        { index: 0, message: { role: "assistant", content: "Hi", reasoning_content: "hm" }, finish_reason: "stop" },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    };
    const deltas = readBody(body);
    expect(deltas).toContainEqual({ kind: "reasoning", text: "hm", choice: 0 });
    expect(deltas).toContainEqual({ kind: "text", text: "Hi", choice: 0 });
    expect(deltas).toContainEqual({ kind: "finish", reason: "stop", choice: 0 });
    expect(deltas).toContainEqual({ kind: "usage", promptTokens: 1, completionTokens: 2 });
    expect(deltas.at(-1)).toEqual({ kind: "end" });
  });

  test("a completion, and one whose choices have no finish reason", () => {
    expect(readBody({ choices: [{ text: "x" }] })).toEqual([{ kind: "text", text: "x", choice: 0 }, { kind: "end" }]);
    expect(readBody({ choices: [] })).toEqual([{ kind: "end" }]);
  });

  test("without choices it is malformed", () => {
    for (const body of [{}, { choices: null }, { choices: { 0: {} } }, { detail: "Not Found" }]) {
      expect(readBody(body)).toMatchObject([{ kind: "malformed" }]);
    }
  });
});

/** JSON with the names that the reader looks at, and anything as their values. */
const hostile = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(null, "", "text", 0, 3, -1, 1.5, true, [], {}),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ..."choices index delta message text content reasoning reasoning_content refusal tool_calls function".split(
          " ",
        ),
        ..."function_call name arguments finish_reason logprobs tokens usage prompt_tokens completion_tokens".split(
          " ",
        ),
        ..."prompt_tokens_details cached_tokens completion_tokens_details reasoning_tokens error object".split(" "),
      ),
      tie("value"),
      { maxKeys: 6 },
    ),
  ),
})).value;

test("whatever JSON comes, it never throws and gives deltas that are whole", () => {
  fc.assert(
    fc.property(fc.array(hostile, { maxLength: 5 }), hostile, hostile, (events, body, request) => {
      const reader = openaiReader({ body: request });
      const all = events.flatMap((event) => reader.event(eventOf(event)));
      const { data, json } = eventOf(body);
      for (const delta of [...all, ...reader.body(data, json)]) expect(deltaFault(delta)).toBeNull();
    }),
    { numRuns: 2000 },
  );
});
