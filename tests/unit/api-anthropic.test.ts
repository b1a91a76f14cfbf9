import { describe, expect, test } from "bun:test";
import api from "../../plugins/api/anthropic.ts";
import type { Input } from "../../src/contract/index.ts";
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
  specOf,
} from "./api-fixture.ts";

describe("the request", () => {
  test("options under its own names, the version in a header, no seed", async () => {
    const spec = await specOf(api, SAID, ALL);
    expect(spec.headers).toEqual({ "anthropic-version": "2023-06-01" });
    expect(api.keyHeader).toEqual({ name: "x-api-key" });
    expect(await bodyOf(api, SAID, ALL)).toEqual({
      model: "m",
      messages: [{ role: "user", content: "hi" }],
      max_tokens: 100,
      stream: true,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 20,
      stop_sequences: ["x"],
    });
  });
  test("system messages stand apart; a bound is always there", async () => {
    const input: Input = {
      kind: "messages",
      messages: [
        { role: "system", content: "be brief" },
        { role: "system", content: [{ type: "text", text: "be kind" }] },
        { role: "user", content: "hi" },
      ],
    };
    expect(await bodyOf(api, input)).toEqual({
      model: "m",
      system: "be brief\n\nbe kind",
      messages: [{ role: "user", content: "hi" }],
      max_tokens: 2048,
      stream: true,
    });
    expect(await bodyOf(api, { kind: "prompt", prompt: "hi", maxTokens: 5 })).toMatchObject({ max_tokens: 5 });
  });
  test("images: taken apart, or by URL", async () => {
    expect(await bodyOf(api, PICTURED)).toMatchObject({
      messages: [
        {
          content: [
            { type: "text", text: "what is it?" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
          ],
        },
      ],
    });
    const content = [{ type: "image_url", image_url: { url: "https://h/a.png" } }];
    expect(await bodyOf(api, { kind: "messages", messages: [{ role: "user", content }] })).toMatchObject({
      messages: [{ content: [{ type: "image", source: { type: "url", url: "https://h/a.png" } }] }],
    });
  });
  test("a raw body goes before the options, extra arguments before it", async () => {
    const body = { messages: [], max_tokens: 1, top_k: 5 };
    const sent = await bodyOf(api, { kind: "raw", body }, { ...ALL, extraArgs: { top_k: 6 } });
    expect(sent).toMatchObject({ model: "m", messages: [], max_tokens: 1, top_k: 6, temperature: 0.5 });
  });
  test("a query template keeps its system prompt and its bound, unless others are given", async () => {
    const queryTemplate = { system: "be brief", max_tokens: 9, messages: [] };
    expect(await bodyOf(api, SAID, { queryTemplate })).toEqual({
      model: "m",
      system: "be brief",
      max_tokens: 9,
      stream: true,
      messages: [{ role: "user", content: "hi" }],
    });
    expect(await bodyOf(api, SAID, { queryTemplate, maxTokens: 3, given: ["maxTokens"] })).toMatchObject({
      max_tokens: 3,
    });
  });
  test("what it cannot send", async () => {
    await expect(bodyOf(api, { kind: "texts", texts: ["a"] })).rejects.toThrow(/anthropic cannot send .* "texts"/);
  });
});

const start = (usage: object) => ({ type: "message_start", message: { usage } });
const piece = (delta: object) => ({ type: "content_block_delta", index: 0, delta });

describe("a stream", () => {
  test("blocks of every kind, usage in two parts, and the end", () => {
    const deltas = readEvents(
      readerOf(api),
      start({ input_tokens: 3, cache_read_input_tokens: 4, cache_creation_input_tokens: 5, output_tokens: 1 }),
      { type: "content_block_start", content_block: { type: "thinking", thinking: "" } },
      { type: "ping" },
      piece({ type: "thinking_delta", thinking: "t" }),
      piece({ type: "signature_delta", signature: "zzz" }),
      { type: "content_block_stop" },
      piece({ type: "text_delta", text: "a" }),
      { type: "content_block_start", content_block: { type: "tool_use", id: "1", name: "f", input: {} } },
      piece({ type: "input_json_delta", partial_json: "{}" }),
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 7 } },
      { type: "message_stop" },
      "[DONE]",
    );
    expect(plain(deltas)).toEqual([
      { kind: "usage", promptTokens: 12, cachedTokens: 4 },
      { kind: "reasoning", text: "t" },
      { kind: "text", text: "a" },
      { kind: "tool", text: "f" },
      { kind: "tool", text: "{}" },
      { kind: "usage", promptTokens: 12, cachedTokens: 4, completionTokens: 7 },
      { kind: "finish", reason: "end_turn" },
      { kind: "end" },
    ]);
  });
  test("a later event that counts the input without the cache does not forget the cache", () => {
    const deltas = readEvents(readerOf(api), start({ input_tokens: 3, cache_read_input_tokens: 4 }), {
      type: "message_delta",
      delta: {},
      usage: { input_tokens: 3, cache_read_input_tokens: null, output_tokens: 2 },
    });
    expect(plain(deltas.slice(-1))).toEqual([{ kind: "usage", promptTokens: 7, cachedTokens: 4, completionTokens: 2 }]);
  });
  test("without counts there are none", () => {
    expect(plain(readEvents(readerOf(api), start({})))).toEqual([{ kind: "usage" }]);
  });
  test("an error", () => {
    const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    expect(readEvents(readerOf(api), error)).toEqual([{ kind: "error", message: "Overloaded" }]);
  });
});

test("a body", () => {
  const content = [
    { type: "thinking", thinking: "t" },
    { type: "text", text: "a" },
    { type: "tool_use", name: "f", input: { x: 1 } },
  ];
  const usage = { input_tokens: 3, output_tokens: 4 };
  expect(plain(readBody(readerOf(api), { type: "message", content, usage, stop_reason: "tool_use" }))).toEqual([
    { kind: "reasoning", text: "t" },
    { kind: "text", text: "a" },
    { kind: "tool", text: 'f{"x":1}' },
    { kind: "usage", promptTokens: 3, completionTokens: 4 },
    { kind: "finish", reason: "tool_use" },
    { kind: "end" },
  ]);
  expect(kinds(readBody(readerOf(api), { type: "error", error: { message: "m" } }))).toEqual(["error"]);
  expect(kinds(readBody(readerOf(api), { choices: [] }))).toEqual(["malformed"]);
});

test("hostile replies", () => {
  const types = ["message_start", "content_block_start", "content_block_delta", "message_delta", "message_stop"];
  expectHardy(api, [...types, "delta", "content_block", "partial_json", "thinking", "input_tokens", "stop_reason"]);
});
