import { describe, expect, test } from "bun:test";
import { postBeside, ServerCounter } from "../../src/tokens/server-counter.ts";

interface Call {
  path: string;
  body: Record<string, unknown>;
  key: string | null;
}

/** A server on a free port that answers every path by a rule; null: 404. */
function serve(rule: (call: Call) => unknown): Disposable & { url: string; calls: Call[] } {
  const calls: Call[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const body = (await request.json()) as Record<string, unknown>;
      const call = { path: new URL(request.url).pathname, body, key: request.headers.get("authorization") };
      calls.push(call);
      const answer = rule(call);
      return answer === null ? new Response("not here", { status: 404 }) : Response.json(answer);
    },
  });
  const stop = () => void server.stop(true);
  return { url: `http://127.0.0.1:${server.port}`, calls, [Symbol.dispose]: stop };
}

const words = (text: unknown) => String(text).split(" ").length;
const counterAt = (url: string) => new ServerCounter(postBeside(url, { authorization: "Bearer k" }), "m");
const messages = [{ role: "user", content: "one two three" }];

/** As vLLM and SGLang answer. */
const vllm = ({ path, body }: Call) => {
  if (path !== "/tokenize") return null;
  const text = body.messages === undefined ? body.prompt : `system ${messages[0]!.content} assistant`;
  const special = body.messages === undefined && body.add_special_tokens !== false ? 1 : 0;
  return { count: words(text) + special, max_model_len: 4096, tokens: [] };
};

/** As llama.cpp answers. */
const llama = ({ path, body }: Call) => {
  if (path === "/apply-template") return { prompt: `system ${messages[0]!.content} assistant` };
  if (path !== "/tokenize") return null;
  return { tokens: new Array(words(body.content) + (body.add_special === true ? 1 : 0)).fill(7) };
};

describe.each([
  ["vLLM", vllm, 5],
  ["llama.cpp", llama, 6],
])("%s", (_, rule, asPrompt) => {
  test("counts texts in order, and messages as its template has them", async () => {
    using server = serve(rule);
    const counter = counterAt(`${server.url}/v1/chat/completions`);
    const texts = Array.from({ length: 30 }, (_, index) => new Array(index + 1).fill("w").join(" "));
    expect(await counter.count(texts)).toEqual(texts.map((_, index) => index + 1));
    expect(await counter.count([messages])).toEqual([asPrompt]);
    expect(await counter.surrounding()).toBe(1);
    expect(server.calls.every(({ key, body }) => key === "Bearer k" && (body.model === "m" || body.messages))).toBe(
      true,
    );
  });

  test("verifies words by counting", async () => {
    using server = serve(rule);
    expect(await counterAt(`${server.url}/v1`).words()).toHaveLength(512);
  }, 30_000);
});

test("what comes before the API's version stays", async () => {
  using server = serve(({ path }) => ({ count: path === "/proxy/a/tokenize" ? 1 : 99 }));
  expect(await counterAt(`${server.url}/proxy/a/v1/completions`).count(["x"])).toEqual([1]);
});

describe("a server that does not count", () => {
  test("has no such path", async () => {
    using server = serve(() => null);
    const refused = expect(counterAt(`${server.url}/v1`).count(["x"])).rejects;
    await refused.toThrow("/tokenize: HTTP 404: not here");
  });

  test("answers something else", async () => {
    using server = serve(() => ({ fine: true }));
    await expect(counterAt(`${server.url}/v1`).count(["x"])).rejects.toThrow("neither a count nor tokens");
  });

  test("is not there", async () => {
    const { url } = (() => {
      using server = serve(() => null);
      return server;
    })();
    await expect(counterAt(`${url}/v1`).count([messages])).rejects.toThrow("--tokenizer-path server");
  });
});

describe("ids", () => {
  const answering = (tokens: unknown) => serve(({ path }) => (path === "/tokenize" ? { count: 2, tokens } : null));

  test("as the server gives them", async () => {
    using server = answering([5, 6]);
    expect(await counterAt(`${server.url}/v1`).encode(["a", "b"])).toEqual([
      [5, 6],
      [5, 6],
    ]);
    expect(server.calls[0]!.body).toMatchObject({ add_special_tokens: false, add_special: false });
  });

  test("a server that only counts has none", async () => {
    using server = answering("two");
    await expect(counterAt(`${server.url}/v1`).encode(["a"])).rejects.toThrow("does not hold the ids");
  });
});

test("closed, it asks no more", async () => {
  using server = serve(vllm);
  const counter = counterAt(server.url);
  counter.close();
  await expect(counter.count(["x"])).rejects.toThrow("ended");
  expect(server.calls).toHaveLength(0);
});
