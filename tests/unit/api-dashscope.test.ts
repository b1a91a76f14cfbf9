import { describe, expect, test } from "bun:test";
import api from "../../plugins/api/dashscope.ts";
import type { Delta } from "../../src/contract/index.ts";
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

const texts = (deltas: Delta[]) => deltas.filter((delta) => "text" in delta).map((delta) => delta.text);

/** A chunk with one choice. */
function chunk(message: object, output_tokens: number, finish_reason: string | null = "null") {
  return { output: { choices: [{ message, finish_reason }] }, usage: { input_tokens: 3, output_tokens } };
}

describe("the request", () => {
  test("input and parameters; a header asks for the stream", async () => {
    const spec = await specOf(api, SAID, ALL);
    expect(spec.headers).toEqual({ "X-DashScope-SSE": "enable" });
    expect(await bodyOf(api, SAID, ALL)).toEqual({
      model: "m",
      input: { messages: [{ role: "user", content: "hi" }] },
      parameters: {
        result_format: "message",
        incremental_output: true,
        max_tokens: 100,
        temperature: 0.5,
        top_p: 0.9,
        top_k: 20,
        stop: ["x"],
        seed: 7,
      },
    });
    expect((await specOf(api, SAID, { stream: false })).headers).toBeUndefined();
    expect(await bodyOf(api, SAID, { stream: false })).toMatchObject({ parameters: { result_format: "message" } });
  });
  test("parameters that are written out join the others", async () => {
    const extraArgs = { parameters: { enable_thinking: true, top_k: 1 } };
    expect(await bodyOf(api, SAID, { ...ALL, extraArgs })).toMatchObject({
      parameters: { enable_thinking: true, top_k: 1, max_tokens: 100 },
    });
    const raw = { kind: "raw" as const, body: { input: { prompt: "p" }, parameters: { max_tokens: 2 } } };
    expect(await bodyOf(api, raw, ALL)).toMatchObject({
      model: "m",
      input: { prompt: "p" },
      parameters: { max_tokens: 2, top_p: 0.9 },
    });
  });
  test("a query template is filled part by part; what was given goes before it", async () => {
    const queryTemplate = { input: { messages: [], x: 1 }, parameters: { result_format: "text", top_k: 1, top_p: 1 } };
    expect(await bodyOf(api, SAID, { queryTemplate, topP: 0.5, topK: 3, given: ["topP"] })).toEqual({
      model: "m",
      input: { messages: [{ role: "user", content: "hi" }], x: 1 },
      parameters: { result_format: "text", incremental_output: true, top_k: 1, top_p: 0.5 },
    });
  });
  test("images as its multimodal models take them; what it cannot send", async () => {
    expect(await bodyOf(api, PICTURED)).toMatchObject({
      input: { messages: [{ content: [{ text: "what is it?" }, { image: "data:image/png;base64,AAAA" }] }] },
    });
    await expect(bodyOf(api, { kind: "tokens", ids: [1] })).rejects.toThrow(/dashscope cannot send .* "tokens"/);
  });
});

describe("a stream", () => {
  test("incremental: each chunk is new, and its tokens are the growth of the count", async () => {
    const reader = readerOf(api, await specOf(api, SAID));
    const deltas = readEvents(
      reader,
      chunk({ reasoning_content: "r", content: "" }, 1),
      chunk({ content: "ab" }, 3),
      chunk({ content: "ab" }, 4),
      chunk({ content: "" }, 4, "stop"),
    );
    expect(plain(deltas)).toEqual([
      { kind: "reasoning", text: "r", choice: 0, tokens: 1 },
      { kind: "usage", promptTokens: 3, completionTokens: 1 },
      { kind: "text", text: "ab", choice: 0, tokens: 2 },
      { kind: "usage", promptTokens: 3, completionTokens: 3 },
      { kind: "text", text: "ab", choice: 0, tokens: 1 },
      { kind: "usage", promptTokens: 3, completionTokens: 4 },
      { kind: "finish", reason: "stop", choice: 0 },
      { kind: "end" },
      { kind: "usage", promptTokens: 3, completionTokens: 4 },
    ]);
    expect(reader.repeatable).toBeUndefined();
  });
  test("cumulative: only what is new counts, channel by channel and choice by choice", async () => {
    const extraArgs = { parameters: { incremental_output: false, n: 2 } };
    const reader = readerOf(api, await specOf(api, SAID, { extraArgs }));
    const two = (a: string, b: string, reason: string | null = null) => ({
      output: {
        choices: [
          { index: 0, message: { reasoning_content: "r", content: a }, finish_reason: reason },
          { index: 1, message: { content: b }, finish_reason: reason },
        ],
      },
    });
    const deltas = readEvents(reader, two("a", ""), two("ab", "x"), two("ab", "xy", "stop"));
    expect(texts(deltas)).toEqual(["r", "a", "b", "x", "y"]);
    expect(kinds(deltas).slice(-4)).toEqual(["finish", "text", "finish", "end"]);
  });
  test("calls of tools, and the plain text form", async () => {
    const call = { function: { name: "f", arguments: "{}" } };
    expect(texts(readEvents(readerOf(api), chunk({ content: "", tool_calls: [call] }, 1)))).toEqual(["f{}"]);
    const deltas = readEvents(
      readerOf(api),
      { output: { text: "a", finish_reason: "null" } },
      {
        output: { text: "b", finish_reason: "length" },
      },
    );
    expect(texts(deltas)).toEqual(["a", "b"]);
    expect(kinds(deltas)).toContain("end");
  });
  test("an error, by its code or by the event's name", () => {
    const json = { code: "Throttling", message: "slow down", request_id: "1" };
    expect(readEvents(readerOf(api), json)).toEqual([{ kind: "error", message: "Throttling: slow down" }]);
    const named = { name: "error", data: '{"message":"m"}', json: { message: "m" } };
    expect(kinds(readerOf(api).event(named))).toEqual(["error"]);
  });
});

test("a body is whole, whatever its parameters say of streams", async () => {
  const extraArgs = { parameters: { incremental_output: false } };
  const reader = readerOf(api, await specOf(api, SAID, { stream: false, extraArgs }));
  const deltas = readBody(reader, chunk({ content: [{ text: "a" }, { text: "b" }] }, 2, "stop"));
  expect(texts(deltas)).toEqual(["ab"]);
  expect(kinds(deltas)).toEqual(["text", "finish", "end", "usage"]);
  expect(kinds(readBody(readerOf(api), { choices: [] }))).toEqual(["malformed"]);
});

test("hostile replies", () => {
  const request = { headers: { "X-DashScope-SSE": "enable" }, body: {} };
  expectHardy(api, ["output", "tool_calls", "function", "finish_reason", "output_tokens", "code", "stop"], request);
  expectHardy(api, ["output", "reasoning_content", "arguments", "input_tokens"]);
});
