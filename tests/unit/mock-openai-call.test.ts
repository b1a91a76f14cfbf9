import { describe, expect, test } from "bun:test";
import { parseCall } from "../../src/mock/openai-call.ts";
import { OpenAiError } from "../../src/mock/openai-error.ts";

const MESSAGES = [{ role: "user", content: "hang the plumb line" }];

function chat(fields: object) {
  return parseCall("chat", JSON.stringify({ messages: MESSAGES, ...fields }));
}

function refusal(api: "chat" | "completions", body: unknown): OpenAiError {
  try {
    parseCall(api, typeof body === "string" ? body : JSON.stringify(body));
  } catch (error) {
    if (error instanceof OpenAiError) return error;
    throw error;
  }
  throw new Error("nothing was wrong with it");
}

test("a request that says nothing gets one whole reply of the server's length", () => {
  expect(chat({})).toEqual({
    api: "chat",
    model: null,
    stream: false,
    choices: 1,
    includeUsage: false,
    continuousUsage: false,
    promptTokens: 4,
    maxTokens: null,
    minTokens: 0,
    ignoreEos: false,
  });
});

test("what is asked for is taken; null is as good as absent", () => {
  const asked = {
    model: "m",
    stream: true,
    n: 3,
    max_tokens: 7,
    min_tokens: 2,
    ignore_eos: true,
    stream_options: { include_usage: true, continuous_usage_stats: true },
  };
  expect(chat(asked)).toMatchObject({
    model: "m",
    stream: true,
    choices: 3,
    maxTokens: 7,
    minTokens: 2,
    ignoreEos: true,
    includeUsage: true,
    continuousUsage: true,
  });
  expect(chat({ max_tokens: 7, max_completion_tokens: 5 }).maxTokens).toBe(5);
  expect(chat({ max_tokens: null, n: null, stream: null, stream_options: null })).toEqual(chat({}));
});

describe("prompts", () => {
  test("of a chat: the text of every message, parts too, pictures not", () => {
    const parts = [
      { type: "text", text: "what is this" },
      { type: "image_url", image_url: { url: "data:," } },
      { type: "text", text: "铅垂" },
    ];
    const messages = [{ role: "system", content: "be brief" }, { role: "user", content: parts }, { role: "assistant" }];
    expect(chat({ messages }).promptTokens).toBe(2 + 3 + 2);
  });

  test.each([
    ["a b c", 3, 1],
    [[5, 6, 7, 8], 4, 1],
    [["a b", "c"], 3, 2],
    [[[1, 2], [3]], 3, 2],
  ] as const)("of a completion: %j is %d tokens, %d replies", (prompt, promptTokens, choices) => {
    expect(parseCall("completions", JSON.stringify({ prompt }))).toMatchObject({ promptTokens, choices });
    expect(parseCall("completions", JSON.stringify({ prompt, n: 2 })).choices).toBe(2 * choices);
  });
});

test.each([
  ["chat", "{", null],
  ["chat", "[]", null],
  ["chat", "3", null],
  ["chat", {}, "messages"],
  ["chat", { messages: [] }, "messages"],
  ["chat", { messages: ["hi"] }, "messages"],
  ["chat", { messages: MESSAGES, max_tokens: 0 }, "max_tokens"],
  ["chat", { messages: MESSAGES, max_tokens: 1.5 }, "max_tokens"],
  ["chat", { messages: MESSAGES, max_completion_tokens: "9" }, "max_completion_tokens"],
  ["chat", { messages: MESSAGES, n: 129 }, "n"],
  ["chat", { messages: MESSAGES, min_tokens: -1 }, "min_tokens"],
  ["completions", {}, "prompt"],
  ["completions", { prompt: [] }, "prompt"],
  ["completions", { prompt: [{}] }, "prompt"],
] as const)("%s %j is refused, naming %s", (api, body, param) => {
  const error = refusal(api, body);
  expect([error.status, error.param]).toEqual([400, param]);
  expect(JSON.parse(error.toBody()).error).toMatchObject({
    message: error.message,
    type: "invalid_request_error",
    param,
  });
});
