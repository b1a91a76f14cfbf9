import { describe, expect, test } from "bun:test";
import api from "../../plugins/api/openai_embedding.ts";
import { ALL, bodyOf, expectHardy, kinds, plain, readBody, readerOf, SAID } from "./api-fixture.ts";

describe("the request", () => {
  test("texts, a prompt, tokens, or one message; nothing that a vector does not need", async () => {
    expect(await bodyOf(api, { kind: "texts", texts: ["a", "b"] }, ALL)).toEqual({ model: "m", input: ["a", "b"] });
    expect(await bodyOf(api, { kind: "prompt", prompt: "a" })).toEqual({ model: "m", input: "a" });
    expect(await bodyOf(api, { kind: "tokens", ids: [1, 2] })).toEqual({ model: "m", input: [1, 2] });
    expect(await bodyOf(api, SAID)).toEqual({ model: "m", input: "hi" });
  });
  test("what is written out goes before", async () => {
    const extraArgs = { dimensions: 64 };
    expect(await bodyOf(api, { kind: "raw", body: { input: "own", model: "n" } }, { extraArgs })).toEqual({
      model: "n",
      input: "own",
      dimensions: 64,
    });
  });
  test("what it cannot send", async () => {
    const message = { role: "user", content: "a" };
    await expect(bodyOf(api, { kind: "messages", messages: [message, message] })).rejects.toThrow(
      /a conversation of 2/,
    );
    await expect(bodyOf(api, { kind: "rerank", query: "q", documents: [] })).rejects.toThrow(/cannot send .* "rerank"/);
  });
});

const vectors = (...embeddings: unknown[]) => ({
  data: embeddings.map((embedding, index) => ({ index, embedding })),
  usage: { prompt_tokens: 6, total_tokens: 6 },
});
const asked = (input: unknown) => readerOf(api, { body: { input } });

describe("the reply", () => {
  test("a vector for each text, as numbers or in base64", () => {
    const done = [{ kind: "usage", promptTokens: 6 }, { kind: "items", count: 2 }, { kind: "end" }];
    expect(plain(readBody(asked(["a", "b"]), vectors([1, 2], [3, 4])))).toEqual(done);
    expect(plain(readBody(asked(["a", "b"]), vectors("AACAPw==", "AACAPw==")))).toEqual(done);
    expect(readBody(asked("a"), vectors([1]))).toContainEqual({ kind: "items", count: 1 });
    expect(readBody(asked([7, 8, 9]), vectors([1]))).toContainEqual({ kind: "items", count: 1 });
    expect(readBody(asked([[7], [8]]), vectors([1], [2]))).toContainEqual({ kind: "items", count: 2 });
  });
  test.each([[vectors([1])], [vectors([1], [])], [vectors([1], "")], [vectors([1], [2], [3])], [vectors([1], null)]])(
    "fewer, more or empty ones: %j",
    (body) => {
      const [delta, ...more] = readBody(asked(["a", "b"]), body);
      expect(more).toEqual([]);
      expect(delta).toMatchObject({ kind: "malformed", message: expect.stringMatching(/vectors for 2 texts$/) });
    },
  );
  test("an error, and something else", () => {
    expect(readBody(asked("a"), { error: { message: "no" } })).toEqual([{ kind: "error", message: "no" }]);
    expect(readBody(asked("a"), { object: "error", message: "no" })).toEqual([{ kind: "error", message: "no" }]);
    expect(kinds(readBody(asked("a"), { choices: [] }))).toEqual(["malformed"]);
  });
});

test("hostile replies", () => {
  expectHardy(api, ["data", "embedding", "prompt_tokens", "object"], { body: { input: ["a"] } });
});
