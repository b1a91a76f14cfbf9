import { describe, expect, test } from "bun:test";
import openai from "../../plugins/api/openai.ts";
import type { Input } from "../../src/contract/input.ts";
import type { Params } from "../../src/contract/params.ts";
import { paramsOf } from "./run-fixture.ts";

async function bodyOf(input: Input, changed: Partial<Params> = {}): Promise<Record<string, unknown>> {
  const spec = await openai.buildRequest(input, paramsOf(changed));
  return spec?.body as Record<string, unknown>;
}

const PROMPT: Input = { kind: "prompt", prompt: "Hi" };
const MESSAGES: Input = { kind: "messages", messages: [{ role: "user", content: "Hi" }] };

describe("what is asked", () => {
  test("messages and prompts at a chat endpoint, prompts and tokens at a plain one", async () => {
    const chat = [{ role: "user", content: "Hi" }];
    expect((await bodyOf(MESSAGES)).messages).toEqual(chat);
    expect((await bodyOf(PROMPT)).messages).toEqual(chat);
    expect(await bodyOf(PROMPT)).not.toHaveProperty("prompt");
    expect((await bodyOf(PROMPT, { applyChatTemplate: false })).prompt).toBe("Hi");
    expect((await bodyOf({ kind: "tokens", ids: [1, 2] }, { applyChatTemplate: false })).prompt).toEqual([1, 2]);
  });

  test.each<[Input, boolean]>([
    [MESSAGES, false],
    [{ kind: "tokens", ids: [1] }, true],
    [{ kind: "texts", texts: ["a"] }, true],
    [{ kind: "rerank", query: "q", documents: ["d"] }, true],
  ])("%j with a chat template %p is refused by its kind", (input, applyChatTemplate) => {
    expect(() => openai.buildRequest(input, paramsOf({ applyChatTemplate }))).toThrow(`"${input.kind}"`);
  });

  test("the endpoint follows the template", () => {
    const { endpoint } = openai;
    if (typeof endpoint !== "function") throw new Error("no function");
    expect(endpoint({ applyChatTemplate: true })).toBe("chat/completions");
    expect(endpoint({ applyChatTemplate: false })).toBe("completions");
  });
});

describe("how", () => {
  test("only what was said, under OpenAI's and vLLM's names", async () => {
    const said = await bodyOf(PROMPT, {
      maxTokens: 9,
      minTokens: 2,
      temperature: 0,
      topP: 0.9,
      topK: 40,
      frequencyPenalty: 0.1,
      repetitionPenalty: 1.1,
      nChoices: 2,
      stop: ["\n"],
      stopTokenIds: [2],
      ignoreEos: true,
    });
    const { messages: _, ...rest } = said;
    expect(rest).toEqual({
      model: "m",
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 9,
      min_tokens: 2,
      temperature: 0,
      top_p: 0.9,
      top_k: 40,
      frequency_penalty: 0.1,
      repetition_penalty: 1.1,
      n: 2,
      stop: ["\n"],
      stop_token_ids: [2],
      ignore_eos: true,
    });
    expect(Object.keys(await bodyOf(PROMPT)).sort()).toEqual(["messages", "model", "stream", "stream_options"]);
  });

  test("an input's own maxTokens first", async () => {
    expect((await bodyOf({ ...PROMPT, maxTokens: 5 }, { maxTokens: 9 })).max_tokens).toBe(5);
    expect((await bodyOf({ ...PROMPT, maxTokens: 5 })).max_tokens).toBe(5);
  });

  test("the seed only where a person gave it", async () => {
    expect(await bodyOf(PROMPT, { seed: 3 })).not.toHaveProperty("seed");
    expect((await bodyOf(PROMPT, { seed: 3, given: ["seed"] })).seed).toBe(3);
  });

  test("log-probabilities as each endpoint wants them", async () => {
    expect(await bodyOf(PROMPT, { logprobs: 4 })).toMatchObject({ logprobs: true, top_logprobs: 4 });
    const plain = await bodyOf(PROMPT, { logprobs: 4, applyChatTemplate: false });
    expect(plain.logprobs).toBe(4);
    expect(plain).not.toHaveProperty("top_logprobs");
  });

  test("usage is asked for where something is streamed, and only there: servers refuse it otherwise", async () => {
    expect((await bodyOf(PROMPT)).stream_options).toEqual({ include_usage: true });
    expect(await bodyOf(PROMPT, { stream: false })).not.toHaveProperty("stream_options");
    const raw: Input = { kind: "raw", body: { stream: false, prompt: "x" } };
    expect(await bodyOf(raw)).not.toHaveProperty("stream_options");
    expect(await bodyOf(PROMPT, { extraArgs: { stream: false } })).not.toHaveProperty("stream_options");
    const streamed = await bodyOf({ kind: "raw", body: { stream: true } }, { stream: false });
    expect(streamed.stream_options).toEqual({ include_usage: true });
  });

  test("one name alone for the bound on output: servers refuse both", async () => {
    const newer = { max_completion_tokens: 7 };
    expect(await bodyOf(PROMPT, { maxTokens: 9, extraArgs: newer })).not.toHaveProperty("max_tokens");
    const raw = await bodyOf({ kind: "raw", body: newer }, { maxTokens: 9 });
    expect(raw).not.toHaveProperty("max_tokens");
    expect(raw.max_completion_tokens).toBe(7);
  });
});

describe("what somebody wrote out", () => {
  test("a raw body keeps every field; the options fill its gaps", async () => {
    const body = { model: "own", messages: [], temperature: 1, max_tokens: 3, extra: [null] };
    const params = { temperature: 0, maxTokens: 9, topP: 0.5 };
    expect(await bodyOf({ kind: "raw", body }, params)).toMatchObject({ ...body, top_p: 0.5, stream: true });
  });

  test("extra arguments go over everything, a raw body too", async () => {
    const extraArgs = { model: "other", temperature: 2, new: { deep: 1 } };
    expect(await bodyOf(PROMPT, { temperature: 0, extraArgs })).toMatchObject(extraArgs);
    expect(await bodyOf({ kind: "raw", body: { model: "own" } }, { extraArgs })).toMatchObject(extraArgs);
  });
});
