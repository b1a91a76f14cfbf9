import { afterEach, describe, expect, test } from "bun:test";
import { UserError } from "../../src/config/user-error.ts";
import { type Mock, startMock } from "../../src/mock/mock-server.ts";
import type { MockOptions } from "../../src/mock/options.ts";
import { mockText } from "../../src/mock/words.ts";

let mocks: Mock[] = [];
afterEach(() => {
  for (const mock of mocks) mock.stop();
  mocks = [];
});

function start(options: Partial<MockOptions> = {}): Mock {
  const mock = startMock({ port: 0, ttftMs: 5, itlMs: 0, tokens: 4, ...options });
  mocks.push(mock);
  return mock;
}

function post(url: string, body: unknown, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), ...init });
}

/** The fields of any answer that are looked at here. */
interface Answer {
  model: string;
  choices: { index: number; text: string; message: { content: string }; delta: { content: string } }[];
  data: { id: string }[];
  error: { type: string; code: string };
  usage: object;
  open: number;
}

async function answer(reply: Response | Promise<Response>): Promise<Answer> {
  return (await (await reply).json()) as Answer;
}

const CHAT = { model: "mock", messages: [{ role: "user", content: "hang the line" }] };
const STREAM = { ...CHAT, stream: true, stream_options: { include_usage: true } };

/** Waits for what the server learns only after the client. */
async function eventually(holds: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!holds()) {
    if (performance.now() > end) throw new Error("it never came to be");
    await Bun.sleep(2);
  }
}

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
    const lost = await post(`${mock.url}/embeddings`, {});
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

/** A stream's events with the time at which each was read, in milliseconds from the sending. */
async function timed(url: string, body: unknown): Promise<{ at: number; json: Answer }[]> {
  const sent = performance.now();
  const reply = await post(url, body);
  const events: { at: number; json: Answer }[] = [];
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of reply.body as unknown as AsyncIterable<Uint8Array>) {
    const at = performance.now() - sent;
    text += decoder.decode(bytes, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop()!;
    for (const part of parts) if (part !== "data: [DONE]") events.push({ at, json: JSON.parse(part.slice(6)) });
  }
  expect(text).toBe("");
  return events;
}

describe("timing", () => {
  test("the role comes at once, the first token at the TTFT, the others an ITL apart, none early", async () => {
    const mock = start({ ttftMs: 300, itlMs: 20, tokens: 6 });
    await timed(`${mock.url}/chat/completions`, STREAM);
    mock.reset();
    const events = await timed(`${mock.url}/chat/completions`, STREAM);
    expect(events.length).toBe(8);
    expect(events[0]!.at).toBeLessThan(250);
    events.slice(1, 7).forEach(({ at }, i) => {
      expect(at).toBeGreaterThanOrEqual(300 + i * 20 - 0.1);
      expect(at).toBeLessThan(300 + i * 20 + 300);
    });
    const stats = mock.stats();
    expect(stats.server_ttft_ms.count).toBe(1);
    expect(stats.server_gap_ms.count).toBe(5);
    // The server cannot have written it later than it was read, nor before it was due.
    expect(stats.server_ttft_ms.p50!).toBeGreaterThanOrEqual(300);
    expect(stats.server_ttft_ms.p50!).toBeLessThanOrEqual(events[1]!.at);
    expect(stats.server_latency_ms.max!).toBeGreaterThanOrEqual(400);
  });

  test("a reply that does not stream comes when its last token is due", async () => {
    const mock = start({ ttftMs: 60, itlMs: 10, tokens: 7, chunkTokens: 3 });
    const sent = performance.now();
    const reply = await answer(post(`${mock.url}/chat/completions`, CHAT));
    expect(performance.now() - sent).toBeGreaterThanOrEqual(60 + 4 * 10 - 0.1);
    expect(reply.usage).toEqual({ prompt_tokens: 3, completion_tokens: 7, total_tokens: 10 });
    await eventually(() => mock.stats().finished === 1);
    expect(mock.stats().server_ttft_ms.count).toBe(0);
  });

  test("with no ITL everything after the first token is there at once", async () => {
    const mock = start({ ttftMs: 30, itlMs: 0, tokens: 2000 });
    const events = await timed(`${mock.url}/chat/completions`, STREAM);
    expect(events.length).toBe(2002);
    expect(events.at(-1)!.at - events[1]!.at).toBeLessThan(1500);
    expect(mock.stats().server_gap_ms).toMatchObject({ p50: 0, count: 1999 });
  });

  test("many streams keep their times side by side", async () => {
    const mock = start({ ttftMs: { from: 40, to: 80 }, itlMs: { from: 2, to: 6 }, tokens: 20 });
    const all = await Promise.all(Array.from({ length: 60 }, () => timed(`${mock.url}/chat/completions`, STREAM)));
    for (const events of all) {
      const text = events.slice(1, -1).map(({ json }) => json.choices[0]!.delta.content);
      expect(text.join("")).toBe(mockText(0, 20));
      expect(events[1]!.at).toBeGreaterThanOrEqual(40);
    }
    await eventually(() => mock.stats().finished === 60);
    const stats = mock.stats();
    expect(stats).toMatchObject({
      requests: 60,
      in_flight: 0,
      peak_in_flight: 60,
      completion_tokens: 1200,
      prompt_tokens: 180,
    });
    expect(stats.server_ttft_ms.count).toBe(60);
    expect(stats.server_gap_ms.count).toBe(60 * 19);
  });

  test("choices go side by side and count as many tokens", async () => {
    const mock = start({ tokens: 5 });
    const events = await timed(`${mock.url}/chat/completions`, { ...STREAM, n: 3 });
    const order = events.slice(3, -1).map(({ json }) => json.choices[0]!.index);
    expect(order).toEqual(Array.from({ length: 15 }, (_, i) => i % 3));
    await eventually(() => mock.stats().completion_tokens === 15);
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
