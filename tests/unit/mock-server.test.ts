import { afterEach, describe, expect, test } from "bun:test";
import { UserError } from "../../src/config/user-error.ts";
import { startMock } from "../../src/mock/mock-server.ts";
import { mockText } from "../../src/mock/words.ts";
import { answer, CHAT, eventually, post, STREAM, start, stopAll, timed } from "./mock-fixture.ts";

afterEach(stopAll);

describe("routes", () => {
  test("every API is there with and without /v1, whatever the query", async () => {
    const mock = start();
    const root = mock.url.replace(/\/v1$/, "");
    expect(mock.url).toBe(`http://127.0.0.1:${mock.port}/v1`);
    for (const base of [root, mock.url]) {
      expect((await answer(post(`${base}/chat/completions?x=1`, CHAT))).choices[0]!.message.content).toBe(
        mockText(0, 4),
      );
      expect((await answer(post(`${base}/completions`, { prompt: "a" }))).choices[0]!.text).toBe(mockText(0, 4));
      expect((await answer(fetch(`${base}/models`))).data[0]!.id).toBe("mock");
    }
    expect(await (await fetch(`${root}/health`)).json()).toEqual({ status: "ok" });
    expect(mock.stats()).toMatchObject({ requests: 4, finished: 4, by_status: { 200: 4 } });
  });

  test("a proxy's absolute target is understood", async () => {
    const mock = start();
    const reply = await fetch("http://nowhere.invalid/v1/chat/completions", {
      method: "POST",
      body: JSON.stringify(CHAT),
      proxy: `http://127.0.0.1:${mock.port}`,
    });
    expect(reply.status).toBe(200);
  });

  test("anything else is an error in OpenAI's shape", async () => {
    const mock = start();
    const lost = await post(`${mock.url}/audio/speech`, {});
    expect([lost.status, (await answer(lost)).error.code]).toEqual([404, "unknown_url"]);
    const got = await fetch(`${mock.url}/chat/completions`);
    expect(got.status).toBe(404);
    const broken = await post(`${mock.url}/chat/completions`, "{nope");
    expect([broken.status, (await answer(broken)).error.type]).toEqual([400, "invalid_request_error"]);
    expect(mock.stats()).toMatchObject({ requests: 3, finished: 0, aborted: 0, by_status: { 400: 1, 404: 2 } });
  });

  test("a key is asked for where there is one", async () => {
    const mock = start({ apiKey: "secret" });
    const refused = await post(`${mock.url}/chat/completions`, CHAT);
    expect([refused.status, (await answer(refused)).error.code]).toEqual([401, "invalid_api_key"]);
    expect((await fetch(`${mock.url}/models`)).status).toBe(401);
    expect((await fetch(`${mock.url.replace("/v1", "")}/health`)).status).toBe(200);
    const headers = { Authorization: "Bearer secret" };
    expect((await post(`${mock.url}/chat/completions`, CHAT, { headers })).status).toBe(200);
    const own = { "X-Api-Key": "secret" };
    expect((await post(`${mock.url}/messages`, { ...CHAT, max_tokens: 4 }, { headers: own })).status).toBe(200);
  });

  test("another model's name is refused only by a strict server, and otherwise given back", async () => {
    const strict = await post(`${start({ strictModel: true }).url}/chat/completions`, { ...CHAT, model: "other" });
    expect([strict.status, (await answer(strict)).error.code]).toEqual([404, "model_not_found"]);
    const lax = await post(`${start().url}/chat/completions`, { ...CHAT, model: "other" });
    expect((await answer(lax)).model).toBe("other");
  });

  test("a port that is taken is the user's to mend", () => {
    const { port } = start();
    expect(() => startMock({ port })).toThrow(UserError);
  });
});

describe("the ground truth", () => {
  test("a client that goes away in the middle is an abort, and nothing stays in flight", async () => {
    const mock = start({ ttftMs: 10, itlMs: 20, tokens: 1000 });
    const controller = new AbortController();
    const reply = await post(`${mock.url}/chat/completions`, STREAM, { signal: controller.signal });
    await reply.body!.getReader().read();
    expect(mock.stats().in_flight).toBe(1);
    controller.abort();
    await eventually(() => mock.stats().aborted === 1);
    expect(mock.stats()).toMatchObject({ in_flight: 0, finished: 0, completion_tokens: 0, requests: 1 });
  });

  test("is served as JSON, and begins anew on reset", async () => {
    const mock = start();
    const root = mock.url.replace(/\/v1$/, "");
    await (await post(`${mock.url}/chat/completions`, CHAT)).text();
    const before = await answer(fetch(`${root}/stats`));
    expect(before).toMatchObject({ requests: 1, finished: 1, server_latency_ms: { count: 1 } });
    await (await post(`${root}/reset`, "")).text();
    const after = await answer(fetch(`${root}/stats`));
    expect(after).toMatchObject({
      requests: 0,
      finished: 0,
      by_status: {},
      server_latency_ms: { p50: null, count: 0 },
    });
    expect(Object.keys(after)).toEqual(Object.keys(mock.stats()));
    expect(after.open).toBeGreaterThan(0);
  });

  test("a slow reader delays its own stream alone, and then gets all of it", async () => {
    const mock = start({ ttftMs: 1, itlMs: 0, tokens: 100_000 });
    const body = JSON.stringify(STREAM);
    let text = "";
    const closed = Promise.withResolvers<void>();
    const slow = await Bun.connect({
      hostname: "127.0.0.1",
      port: mock.port,
      socket: {
        open(socket) {
          socket.pause();
          socket.write(
            `POST /chat/completions HTTP/1.1\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
          );
        },
        data: (_, bytes) => {
          text += bytes.toString("latin1");
        },
        close: () => closed.resolve(),
      },
    });
    await eventually(() => mock.stats().server_ttft_ms.count === 1);
    const quick = await timed(`${mock.url}/chat/completions`, { ...STREAM, max_tokens: 3 });
    expect(quick.length).toBe(5);
    expect(mock.stats()).toMatchObject({ in_flight: 1, finished: 1 });
    slow.resume();
    await closed.promise;
    expect(text.match(/\r\ndata: /g)!.length).toBe(100_003);
    expect(text).toEndWith("data: [DONE]\n\n\r\n0\r\n\r\n");
    expect(mock.stats().finished).toBe(2);
  });
});

test("stop ends what is open", async () => {
  const mock = start({ ttftMs: 10_000 });
  const reply = await post(`${mock.url}/chat/completions`, STREAM);
  mock.stop();
  await expect(reply.text()).rejects.toThrow();
});
