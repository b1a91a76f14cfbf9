import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ShapeError, toInput } from "../../src/dataset/input-shape.ts";

describe("toInput", () => {
  test("short forms become full ones", () => {
    expect(toInput("hello")).toEqual({ kind: "prompt", prompt: "hello" });
    const messages = [{ role: "user", content: "hello" }];
    expect(toInput(messages)).toEqual({ kind: "messages", messages });
  });

  test("every kind of the contract passes with all it carries", () => {
    const messages = [
      { role: "system", content: null },
      { role: "assistant", tool_calls: [] },
      { role: "user", content: [{ type: "image_url", image_url: { url: "data:," } }] },
    ];
    const extras = { maxTokens: 5, headers: { "x-a": "b" }, metadata: { row: 1 } };
    for (const input of [
      { kind: "prompt", prompt: "" },
      { kind: "messages", messages },
      { kind: "tokens", ids: [0, 17] },
      { kind: "texts", texts: ["a", "b"] },
      { kind: "rerank", query: "q", documents: ["d"] },
      { kind: "conversation", turns: [{ messages, maxTokens: 3, thinkS: 0.5 }, { messages }] },
      { kind: "raw", body: { anything: [1] } },
    ]) {
      expect(toInput({ ...input, ...extras }) as unknown).toEqual({ ...input, ...extras });
    }
  });

  test.each([
    [undefined, "is undefined; it must be a string, a list of messages or an object with a kind"],
    [12, "is 12; it must be a string, a list of messages or an object with a kind"],
    [{ role: "user", content: "x" }, "is an object; it must be a string, a list of messages or an object with a kind"],
    [Promise.resolve("x"), "is a promise; it must be a string, a list of messages or an object with a kind"],
    [{ kind: "image" }, 'is of the kind "image", which plumb does not know'],
    [[], "is wrong: the list of messages must be a list with something in it, not an empty list"],
    [["hi"], "is wrong: message 1 must be an object, not a string"],
    [
      [{ role: "user", content: "a" }, { content: "b" }],
      "is wrong: the role of message 2 must be a string, not undefined",
    ],
    [[{ role: "user", content: 5 }], "is wrong: the content of message 1 must be a string or a list, not 5"],
    [[{ role: "user", content: [{}] }], "is wrong: the type of a content part must be a string, not undefined"],
    [{ kind: "prompt" }, "is wrong: its prompt must be a string, not undefined"],
    [{ kind: "tokens", ids: [1, -2] }, "is wrong: a token id must be a whole number from 0, not -2"],
    [{ kind: "texts", texts: "a" }, "is wrong: its texts must be a list with something in it, not a string"],
    [{ kind: "rerank", query: "q", documents: [1] }, "is wrong: each of its documents must be a string, not 1"],
    [
      { kind: "conversation", turns: [{}] },
      "is wrong: the messages of turn 1 must be a list with something in it, not undefined",
    ],
    [{ kind: "raw", body: [] }, "is wrong: its body must be an object, not an empty list"],
    [{ kind: "prompt", prompt: "", maxTokens: 0 }, "is wrong: its maxTokens must be a whole number from 1, not 0"],
    [{ kind: "prompt", prompt: "", headers: { a: 1 } }, "is wrong: header a must be a string, not 1"],
    [{ kind: "prompt", prompt: "", metadata: null }, "is wrong: its metadata must be an object, not null"],
  ])("%p is refused with the reason", (value, reason) => {
    expect(() => toInput(value)).toThrow(new ShapeError(reason));
  });

  test("no value fails in any other way", () => {
    const kind = fc.constantFrom("prompt", "messages", "tokens", "texts", "rerank", "conversation", "raw", "?");
    const wild = fc.record({
      kind,
      messages: fc.anything(),
      ids: fc.anything(),
      turns: fc.anything(),
      body: fc.anything(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), wild), (value) => {
        try {
          expect(typeof toInput(value).kind).toBe("string");
        } catch (error) {
          expect(error).toBeInstanceOf(ShapeError);
        }
      }),
    );
  });
});
