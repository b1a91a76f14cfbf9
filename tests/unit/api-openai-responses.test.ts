import { describe, expect, test } from "bun:test";
import api from "../../plugins/api/openai_responses.ts";
import {
  ALL,
  bodyOf,
  expectHardy,
  kinds,
  PICTURED,
  plain,
  readBody,
  readEvents,
  readerOf,
  SAID,
} from "./api-fixture.ts";

const USAGE = {
  input_tokens: 9,
  input_tokens_details: { cached_tokens: 4 },
  output_tokens: 5,
  output_tokens_details: { reasoning_tokens: 2 },
};
const READ_USAGE = { kind: "usage", promptTokens: 9, completionTokens: 5, cachedTokens: 4, reasoningTokens: 2 };
const delta = (type: string, text: string) => ({ type: `response.${type}.delta`, delta: text });

describe("the request", () => {
  test("a prompt is the input; options have its own names", async () => {
    expect(await bodyOf(api, { kind: "prompt", prompt: "hi" }, ALL)).toEqual({
      model: "m",
      input: "hi",
      stream: true,
      max_output_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 20,
      stop: ["x"],
      seed: 7,
    });
  });
  test("messages; an input's own bound goes first, what is written out before everything, a seed only if given", async () => {
    const change = { ...ALL, given: [], extraArgs: { temperature: 1, store: false } };
    expect(await bodyOf(api, { ...SAID, maxTokens: 3 }, change)).toMatchObject({
      input: [{ role: "user", content: "hi" }],
      max_output_tokens: 3,
      temperature: 1,
      store: false,
    });
    expect(await bodyOf(api, SAID, change)).not.toHaveProperty("seed");
    expect(await bodyOf(api, { kind: "raw", body: { input: "own", top_p: 0.1 } }, ALL)).toMatchObject({
      model: "m",
      input: "own",
      top_p: 0.1,
    });
  });
  test("images are parts of the input", async () => {
    expect(await bodyOf(api, PICTURED)).toMatchObject({
      input: [
        {
          content: [
            { type: "input_text", text: "what is it?" },
            { type: "input_image", image_url: "data:image/png;base64,AAAA" },
          ],
        },
      ],
    });
  });
  test("what it cannot send", async () => {
    await expect(bodyOf(api, { kind: "tokens", ids: [1] })).rejects.toThrow(/openai_responses cannot send .* "tokens"/);
  });
});

describe("a stream", () => {
  test("text of every channel, usage and the end", () => {
    const deltas = readEvents(
      readerOf(api),
      { type: "response.created", response: { status: "in_progress" } },
      delta("reasoning_text", "r"),
      delta("reasoning_summary_text", "s"),
      { type: "response.output_item.added", item: { type: "message", content: [] } },
      delta("output_text", "a"),
      delta("refusal", "no"),
      { type: "response.output_item.added", item: { type: "function_call", name: "f" } },
      delta("function_call_arguments", "{}"),
      { type: "response.output_text.done", text: "a" },
      { type: "response.completed", response: { status: "completed", usage: USAGE } },
      "[DONE]",
    );
    expect(plain(deltas)).toEqual([
      { kind: "reasoning", text: "r" },
      { kind: "reasoning", text: "s" },
      { kind: "text", text: "a" },
      { kind: "text", text: "no" },
      { kind: "tool", text: "f" },
      { kind: "tool", text: "{}" },
      READ_USAGE,
      { kind: "finish", reason: "completed" },
      { kind: "end" },
    ]);
  });
  test("one that is cut short has ended as well, and says why", () => {
    const response = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
    expect(plain(readEvents(readerOf(api), { type: "response.incomplete", response }))).toEqual([
      { kind: "finish", reason: "max_output_tokens" },
      { kind: "end" },
    ]);
  });
  test("the type may stand in the event's name alone", () => {
    const json = { delta: "a" };
    const event = { name: "response.output_text.delta", data: JSON.stringify(json), json };
    expect(readerOf(api).event(event)).toEqual([{ kind: "text", text: "a" }]);
  });
  test.each([
    [{ type: "response.failed", response: { status: "failed", error: { message: "no room" } } }, "no room"],
    [{ type: "error", code: "x", message: "went wrong" }, "went wrong"],
    [{ type: "error", error: { message: "went wrong" } }, "went wrong"],
    [{ error: { message: "engine died" } }, "engine died"],
  ])("an error: %j", (event, message) => {
    expect(readEvents(readerOf(api), event)).toEqual([{ kind: "error", message }]);
  });
});

describe("a body", () => {
  test("every kind of item", () => {
    const output = [
      { type: "reasoning", summary: [{ type: "summary_text", text: "s" }], content: [{ text: "r" }] },
      {
        type: "message",
        content: [
          { type: "output_text", text: "a" },
          { type: "refusal", refusal: "no" },
        ],
      },
      { type: "function_call", name: "f", arguments: "{}" },
    ];
    expect(plain(readBody(readerOf(api), { status: "completed", output, usage: USAGE, error: null }))).toEqual([
      { kind: "reasoning", text: "s" },
      { kind: "reasoning", text: "r" },
      { kind: "text", text: "a" },
      { kind: "text", text: "no" },
      { kind: "tool", text: "f{}" },
      READ_USAGE,
      { kind: "finish", reason: "completed" },
      { kind: "end" },
    ]);
  });
  test("one in progress has not ended; an error, and something else", () => {
    expect(readBody(readerOf(api), { status: "in_progress", output: [] })).toEqual([]);
    expect(kinds(readBody(readerOf(api), { error: { message: "m" } }))).toEqual(["error"]);
    expect(kinds(readBody(readerOf(api), { choices: [] }))).toEqual(["malformed"]);
  });
});

test("hostile replies", () => {
  const types = ["response.output_text.delta", "response.completed", "response.failed", "response.output_item.added"];
  expectHardy(api, [...types, "response", "output", "item", "delta", "status", "completed", "message", "reasoning"]);
});
