import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import anthropic from "../../plugins/api/anthropic.ts";
import dashscope from "../../plugins/api/dashscope.ts";
import ollama from "../../plugins/api/ollama.ts";
import openai from "../../plugins/api/openai.ts";
import embedding from "../../plugins/api/openai_embedding.ts";
import rerank from "../../plugins/api/openai_rerank.ts";
import responses from "../../plugins/api/openai_responses.ts";
import { type ApiPlugin, type Delta, type Input, openaiReader, type Params } from "../../src/contract/index.ts";
import { APIS } from "../../src/mock/apis.ts";
import { MOCK_DEFAULTS } from "../../src/mock/options.ts";
import { chunkAfter, planReply } from "../../src/mock/reply.ts";
import { mockText } from "../../src/mock/words.ts";
import { splitterFor } from "../../src/transport/framing.ts";
import { params } from "./api-fixture.ts";
import { post, start, stopAll } from "./mock-fixture.ts";

afterEach(stopAll);

const GENERATION = "/api/v1/services/aigc/text-generation/generation";
const ASKED: Input = { kind: "messages", messages: [{ role: "user", content: "hang the line" }] };
const PROMPT: Input = { kind: "prompt", prompt: "hang the line" };
const CUMULATIVE = { extraArgs: { parameters: { incremental_output: false } } };

const GENERATING: [name: string, api: ApiPlugin, path: string, input: Input, params: Partial<Params>][] = [
  ["openai", openai, "/chat/completions", ASKED, {}],
  ["openai_responses", responses, "/responses", ASKED, {}],
  ["openai_responses with a prompt", responses, "/responses", PROMPT, {}],
  ["anthropic", anthropic, "/messages", ASKED, {}],
  ["dashscope", dashscope, GENERATION, ASKED, {}],
  ["dashscope, cumulative", dashscope, GENERATION, ASKED, CUMULATIVE],
  ["ollama chat", ollama, "/api/chat", ASKED, {}],
  ["ollama generate", ollama, "/api/generate", PROMPT, { applyChatTemplate: false }],
];

interface Length {
  tokens: number;
  reasoning: number;
  chunkTokens: number;
}

/** What the API's plugin asks, the mock answers and the plugin's own reader makes of it, without a wire between. */
async function exchange([, api, path, input, change]: (typeof GENERATING)[number], stream: boolean, length: Length) {
  const spec = (await api.buildRequest(input, params({ maxTokens: 100, ...change, stream })))!;
  const headers = new Map(Object.entries(spec.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const asked = APIS[path]!(JSON.stringify(spec.body), headers);
  const options = { ...MOCK_DEFAULTS, ...length };
  const plan = planReply(asked.call, options, () => 0);
  const shape = asked.shape(plan, options, { serial: 1, created: 1_700_000_000, model: "mock" });
  const reader = api.reader?.(spec) ?? openaiReader(spec);
  expect(asked.call.stream).toBe(stream);
  if (!stream) {
    const text = shape.body();
    return { shape, deltas: reader.body(text, JSON.parse(text)) };
  }
  const deltas: Delta[] = [];
  const read = splitterFor(api.framing ?? "sse", (data, name) => {
    deltas.push(...reader.event({ name, data, json: data === "[DONE]" ? undefined : JSON.parse(data) }));
  })!;
  const events = shape.opening();
  for (let sent = 0, last = false; !last; ) {
    const chunk = chunkAfter(plan, sent);
    events.push(shape.event(0, chunk));
    sent += chunk.tokens;
    last = chunk.last;
  }
  for (const event of [...events, ...shape.closing()]) {
    expect(event).not.toBe("");
    read.feed(event);
  }
  read.flush();
  return { shape, deltas };
}

const said = (deltas: Delta[], kind: string) =>
  deltas.map((delta) => (delta.kind === kind && "text" in delta ? delta.text : "")).join("");

describe.each(GENERATING)("%s", (...of) => {
  test("streamed or not: text, reasoning, tokens and end are what was planned", async () => {
    const lengths = fc.record({
      tokens: fc.nat(20),
      reasoning: fc.nat(20),
      chunkTokens: fc.integer({ min: 1, max: 4 }),
    });
    const property = fc.asyncProperty(lengths, fc.boolean(), async (length, stream) => {
      const { deltas, shape } = await exchange(of, stream, length);
      const reasoning = Math.min(length.reasoning, length.tokens);
      expect(said(deltas, "reasoning")).toBe(mockText(0, reasoning));
      expect(said(deltas, "text")).toBe(mockText(reasoning, length.tokens - reasoning));
      const usage = deltas.findLast((delta) => delta.kind === "usage");
      // The role's name is no part of the prompt.
      expect(usage).toMatchObject({ promptTokens: 3, completionTokens: length.tokens });
      expect(shape.promptTokens).toBe(3);
      expect(deltas.filter(({ kind }) => kind === "end").length).toBeGreaterThan(0);
      expect(deltas.filter(({ kind }) => kind === "error" || kind === "malformed")).toEqual([]);
    });
    await fc.assert(property, { numRuns: 60 });
  });
});

test("a bound on the output is kept under each API's own name", async () => {
  for (const of of GENERATING) {
    const { deltas } = await exchange(of, true, { tokens: 200, reasoning: 0, chunkTokens: 1 });
    expect(deltas.findLast((delta) => delta.kind === "usage")).toMatchObject({ completionTokens: 100 });
    const reason = deltas.findLast((delta) => delta.kind === "finish");
    expect(reason).toMatchObject({ reason: expect.stringMatching(/length|max/) });
  }
});

test("embeddings: a vector for each text, after the time to the first token", async () => {
  const mock = start({ ttftMs: 40, tokens: 500, itlMs: 10 });
  const input: Input = { kind: "texts", texts: ["a b", "c"] };
  for (const extraArgs of [{}, { encoding_format: "base64", dimensions: 3 }]) {
    const spec = (await embedding.buildRequest(input, params({ extraArgs })))!;
    const reply = await post(`${mock.url}/embeddings`, spec.body);
    const text = await reply.text();
    expect(embedding.reader!(spec).body(text, JSON.parse(text))).toEqual([
      { kind: "usage", promptTokens: 3 },
      { kind: "items", count: 2 },
      { kind: "end" },
    ]);
  }
  expect(mock.stats()).toMatchObject({ finished: 2, prompt_tokens: 6, completion_tokens: 0 });
  expect(mock.stats().server_ttft_ms.count).toBe(0);
  expect(mock.stats().server_latency_ms.p50).toBeGreaterThanOrEqual(40);
  expect(mock.stats().server_latency_ms.max).toBeLessThan(4000);
});

test("ranking, with and without /v1", async () => {
  const mock = start();
  const input: Input = { kind: "rerank", query: "q r", documents: ["a", "b c"] };
  const spec = (await rerank.buildRequest(input, params({ extraArgs: { top_n: 1 } })))!;
  for (const base of [mock.url, mock.url.replace("/v1", "")]) {
    const text = await (await post(`${base}/rerank`, spec.body)).text();
    expect(JSON.parse(text).results).toHaveLength(1);
    expect(rerank.reader!(spec).body(text, JSON.parse(text))).toEqual([
      { kind: "usage", promptTokens: 7 },
      { kind: "items", count: 2 },
      { kind: "end" },
    ]);
  }
  expect(mock.stats()).toMatchObject({ finished: 2, prompt_tokens: 14 });
});

test.each([
  ["/v1/responses", {}, "input"],
  ["/v1/messages", { messages: [{ role: "user", content: "a" }] }, "max_tokens"],
  ["/v1/embeddings", { input: [] }, "input"],
  ["/v1/rerank", { query: "q" }, "documents"],
  ["/rerank", { documents: ["a"] }, "query"],
  [GENERATION, { input: {} }, "input.messages"],
  ["/api/chat", {}, "messages"],
  ["/api/generate", {}, "prompt"],
])("%s refuses a bad request and names the field", async (path, body, field) => {
  const mock = start();
  const reply = await post(mock.url.replace("/v1", "") + path, body);
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({ error: { param: field } });
});

test("usage that is turned off does not come", async () => {
  const mock = start({ usage: false });
  const reply = await post(`${mock.url}/messages`, { max_tokens: 2, messages: [{ role: "user", content: "a" }] });
  expect(await reply.json()).not.toHaveProperty("usage");
  const line = await post(`${mock.url}/api/generate`, { prompt: "a", stream: false });
  expect(await line.json()).not.toHaveProperty("eval_count");
});
