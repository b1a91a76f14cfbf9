import { describe, expect, test } from "bun:test";
import api from "../../plugins/api/ollama.ts";
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

describe("the request", () => {
  test("options of the model stand in `options`", async () => {
    expect(await bodyOf(api, SAID, { ...ALL, repetitionPenalty: 1.1, stream: false })).toEqual({
      model: "m",
      messages: [{ role: "user", content: "hi" }],
      stream: false,
      options: {
        num_predict: 100,
        temperature: 0.5,
        top_p: 0.9,
        top_k: 20,
        repeat_penalty: 1.1,
        stop: ["x"],
        seed: 7,
      },
    });
  });
  test("those that are written out join the others", async () => {
    const extraArgs = { options: { num_ctx: 4096, top_k: 1 }, keep_alive: -1 };
    expect(await bodyOf(api, SAID, { ...ALL, extraArgs })).toMatchObject({
      keep_alive: -1,
      options: { num_ctx: 4096, top_k: 1, num_predict: 100 },
    });
    expect(await bodyOf(api, { kind: "raw", body: { prompt: "p", stream: false } })).toEqual({
      model: "m",
      prompt: "p",
      stream: false,
      options: {},
    });
  });
  test("a query template's join them too", async () => {
    const queryTemplate = { model: "%m", keep_alive: 0, options: { num_ctx: 1, top_k: 2 } };
    expect(await bodyOf(api, SAID, { queryTemplate, topK: 3, temperature: 0 })).toEqual({
      model: "m",
      messages: [{ role: "user", content: "hi" }],
      stream: true,
      keep_alive: 0,
      options: { temperature: 0, num_ctx: 1, top_k: 2 },
    });
  });
  test("without a chat template: /api/generate, raw only where somebody said so", async () => {
    const endpoint = api.endpoint as (of: { applyChatTemplate: boolean }) => string;
    expect([true, false].map((applyChatTemplate) => endpoint({ applyChatTemplate }))).toEqual([
      "/api/chat",
      "/api/generate",
    ]);
    const prompt = { kind: "prompt" as const, prompt: "hi" };
    expect(await bodyOf(api, prompt, { applyChatTemplate: false })).toMatchObject({ prompt: "hi" });
    expect(await bodyOf(api, prompt, { applyChatTemplate: false })).not.toHaveProperty("raw");
    const said = { applyChatTemplate: false, given: ["applyChatTemplate"] };
    expect(await bodyOf(api, prompt, said)).toMatchObject({ prompt: "hi", raw: true });
    await expect(bodyOf(api, SAID, { applyChatTemplate: false })).rejects.toThrow(/"messages" to \/api\/generate/);
  });
  test("images stand beside the text, as base64", async () => {
    expect(await bodyOf(api, PICTURED)).toMatchObject({
      messages: [{ role: "user", content: "what is it?", images: ["AAAA"] }],
    });
    const content = [{ type: "image_url", image_url: { url: "https://h/a.png" } }];
    const remote = { kind: "messages" as const, messages: [{ role: "user", content }] };
    await expect(bodyOf(api, remote)).rejects.toThrow(/data URLs, not "https:/);
  });
});

const END = { done: true, done_reason: "length", prompt_eval_count: 5, eval_count: 2 };

test("a stream of /api/chat", () => {
  const deltas = readEvents(
    readerOf(api),
    { message: { role: "assistant", content: "", thinking: "t" }, done: false },
    { message: { content: "a" }, done: false },
    { message: { content: "", tool_calls: [{ function: { name: "f", arguments: { x: 1 } } }] }, done: false },
    { message: { content: "" }, ...END },
  );
  expect(plain(deltas)).toEqual([
    { kind: "reasoning", text: "t" },
    { kind: "text", text: "a" },
    { kind: "tool", text: 'f{"x":1}' },
    { kind: "usage", promptTokens: 5, completionTokens: 2 },
    { kind: "finish", reason: "length" },
    { kind: "end" },
  ]);
});

test("a stream and a body of /api/generate", () => {
  expect(kinds(readEvents(readerOf(api), { response: "a", done: false }, { response: "", ...END }))).toEqual([
    "text",
    "usage",
    "finish",
    "end",
  ]);
  expect(readBody(readerOf(api), { response: "ab", done: true })[0]).toEqual({ kind: "text", text: "ab" });
});

test("an error, and something else", () => {
  expect(readEvents(readerOf(api), { error: "model not found" })).toEqual([
    { kind: "error", message: "model not found" },
  ]);
  expect(kinds(readBody(readerOf(api), { choices: [] }))).toEqual(["malformed"]);
});

test("hostile replies", () => {
  expectHardy(api, ["done", "response", "thinking", "tool_calls", "function", "arguments", "eval_count"]);
});
