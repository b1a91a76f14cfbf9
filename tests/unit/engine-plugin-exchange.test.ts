import { afterAll, describe, expect, test } from "bun:test";
import type { CredentialScope } from "../../src/config/credential-scope.ts";
import type { ApiPlugin } from "../../src/contract/api.ts";
import type { SessionRequest, SessionResponse } from "../../src/contract/session.ts";
import { Dispatch } from "../../src/engine/dispatch.ts";
import { Exchange } from "../../src/engine/exchange.ts";
import { finishedOf } from "../../src/engine/finished.ts";
import { Preparer } from "../../src/engine/prepared.ts";
import { sampleParams } from "../../src/registry/sample-inputs.ts";
import { FetchTransport } from "../../src/transport/fetch.ts";
import { chunk, identityOf, STAGE, sse } from "./engine-fixture.ts";
import { travelOf } from "./response-log.ts";

const GAP_MS = 30;
const RUN_HEADERS = { Authorization: "Bearer key", "X-Tenant": "a redacted one" };

/** Headers of the last WebSocket that was asked for. */
let socketHeaders: Record<string, string> = {};

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request, self) {
    const { pathname } = new URL(request.url);
    if (pathname === "/socket") socketHeaders = Object.fromEntries(request.headers);
    if (pathname === "/socket" && self.upgrade(request)) return;
    if (pathname === "/token") return Response.json({ ticket: request.headers.get("authorization") });
    if (pathname === "/stream") return new Response(stream(), { headers: { "content-type": "text/event-stream" } });
    if (pathname === "/headers") return Response.json(Object.fromEntries(request.headers));
    if (pathname === "/endless") return new Response(endless(), { headers: { "content-type": "text/event-stream" } });
    if (pathname === "/echo") return Response.json({ said: await request.json() });
    return new Response("gone", { status: 404 });
  },
  websocket: {
    async message(socket, message) {
      for (const word of String(message).split(" ")) {
        if (word === "die") socket.terminate();
        socket.send(word);
        await Bun.sleep(GAP_MS);
      }
      socket.close();
    },
  },
});
afterAll(() => server.stop(true));

async function* stream() {
  for (const text of ["one", " two", " three"]) {
    yield sse(chunk({ content: text }));
    await Bun.sleep(GAP_MS);
  }
  yield sse("[DONE]");
}

let left = false;

async function* endless() {
  try {
    for (;;) {
      yield sse(chunk({ content: "on" }));
      await Bun.sleep(GAP_MS);
    }
  } finally {
    left = true;
  }
}

/** Lets a plugin hold one exchange to its end and gives the record of it. */
async function held(
  processRequest: ApiPlugin["processRequest"],
  api: Partial<ApiPlugin> = {},
  giveUpMs?: number,
  maxBytes?: number,
  credentials?: CredentialScope,
) {
  const plugin: ApiPlugin = { name: "held", buildRequest: () => ({ body: {} }), processRequest, ...api };
  const travel = travelOf(credentials && { credentials });
  const { now } = travel;
  const url = `http://127.0.0.1:${server.port}/v1/`;
  const preparer = new Preparer(plugin, sampleParams(), url, RUN_HEADERS);
  const spec = { body: { words: "a b c" }, headers: { "x-own": "of the request" } };
  const prepared = { id: 1, spec, wire: preparer.wire(spec, { "x-input": "of the input" }) };
  const dispatch = new Dispatch(plugin, new FetchTransport(travel), travel);
  const sent = now();
  const exchange = await new Promise<Exchange>((resolve) => {
    const started = new Exchange(prepared, sent, sent, sent, resolve, maxBytes);
    dispatch.send(started);
    const message = "too late";
    if (giveUpMs === undefined) return;
    setTimeout(() => started.stop({ ok: false, kind: "timeout_total", message, stamp: now() }), giveUpMs);
  });
  const read = dispatch.reading(exchange);
  while (!read.advance(now, now() + 1));
  expect(read.claim()).toBe(true);
  expect(read.claim()).toBe(false);
  return finishedOf(read, STAGE, identityOf({ api: plugin })).recorded;
}

test("two calls for one request: the first part that the session reads is the first chunk", async () => {
  const { outcome, payload } = await held(async function* (_request, session) {
    const ticket = await session.fetch({ url: "/token" });
    expect((await ticket.text()).data).toBe('{"ticket":"Bearer key"}');
    yield* await session.fetch({ url: "/stream", body: {} });
  });
  expect(outcome.ending).toEqual({ ok: true });
  expect(payload.outputText).toBe("one two three");
  expect(outcome.stampSource).toBe("transport");
  expect(outcome.status).toBe(200);
  expect(JSON.parse(payload.eventTokens!)).toEqual([1, 1, 1, 0]);
  const [first, second, third] = JSON.parse(payload.eventTimes!) as [number, number, number];
  expect(second - first).toBeGreaterThan((GAP_MS / 2) * 1000);
  expect(third - second).toBeGreaterThan((GAP_MS / 2) * 1000);
});

test("parts keep their moment when they are changed, and wait for no one who reads them late", async () => {
  const { payload } = await held(async function* (_request, session) {
    const parts = [];
    for await (const part of await session.fetch({ url: "/stream", body: {} })) parts.push({ ...part });
    await Bun.sleep(5 * GAP_MS);
    yield* parts;
  });
  const times = JSON.parse(payload.eventTimes!) as number[];
  expect(times[3]! - times[0]!).toBeGreaterThan(2 * GAP_MS * 1000);
  expect(times[0]!).toBeLessThan(times[3]!);
});

test("a WebSocket: its words are output, each with its moment", async () => {
  const { outcome, payload } = await held(async function* (request, session) {
    const socket = await session.socket("/socket");
    socket.send((request.body as { words: string }).words);
    yield* socket;
  });
  expect(outcome.ending).toEqual({ ok: true });
  expect(JSON.parse(payload.responseMessages!)).toEqual(["a", "b", "c"]);
  expect(outcome.chunks).toBe(3);
  expect(outcome.stampSource).toBe("transport");
});

test("a WebSocket whose connection is lost is no reply that has ended: reset, with what came before", async () => {
  const { outcome, payload } = await held(async function* (_request, session) {
    const socket = await session.socket("/socket");
    socket.send("a b die");
    yield* socket;
  });
  expect(outcome).toMatchObject({ ending: { ok: false, kind: "reset" }, chunks: 2 });
  expect(payload.outputText).toBe("ab");
});

test.each(["fetch", "socket"])("a body without end is given up where it grows too large: %s", async (way) => {
  const { outcome } = await held(
    async function* (_request, session) {
      if (way === "fetch") yield* await session.fetch({ url: "/endless" });
      const socket = await session.socket("/socket");
      socket.send("word ".repeat(1000));
      yield* socket;
    },
    {},
    undefined,
    150,
  );
  expect(outcome.ending).toMatchObject({ ok: false, kind: "too_large" });
  expect(outcome.bytes).toBeGreaterThan(150);
  expect(outcome.chunks).toBeGreaterThan(0);
});

test("parts made by hand are stamped when they are yielded, and marked so", async () => {
  const { outcome, payload } = await held(async function* (request, session) {
    const reply = await session.fetch({ url: "/echo", body: request.body });
    const { said } = JSON.parse(String((await reply.text()).data)) as { said: { words: string } };
    yield { data: said.words, status: reply.status };
  });
  expect(payload.outputText).toBe("a b c");
  expect(outcome.stampSource).toBe("plugin");
  expect(outcome.firstChunkLatency).toBeGreaterThan(0);
});

test("an error part after good ones makes a failure that keeps what came before", async () => {
  const { outcome, payload } = await held(async function* () {
    yield { data: "good" };
    yield { data: { error: { message: "out of memory" } }, isError: true, status: 507 };
  });
  expect(outcome.ending).toEqual({ ok: false, kind: "http_5xx", message: "HTTP 507; out of memory" });
  expect(payload.outputText).toBe("good");
  expect(JSON.parse(payload.responseMessages!)).toEqual(["good", { error: { message: "out of memory" } }]);
});

test("a session's calls go out with what the request itself would have", async () => {
  let seen: unknown = null;
  await held(async function* (_request, session) {
    const reply = await session.fetch({ url: "/headers", body: {}, headers: { "X-Own": "of the call" } });
    const part = await reply.text();
    seen = JSON.parse(String(part.data));
    yield part;
  });
  expect(seen).toMatchObject({
    "content-type": "application/json",
    "accept-encoding": "identity",
    authorization: "Bearer key",
    "x-own": "of the call",
    "x-input": "of the input",
  });
});

describe("the run's credentials", () => {
  const ours = `http://127.0.0.1:${server.port}`;
  /** The same server by another name: another origin. */
  const theirs = `http://localhost:${server.port}`;
  const KEYS = { authorization: "Bearer key", "x-tenant": "a redacted one" };
  const scopeOf = (...origins: string[]): CredentialScope => ({ origins, headers: ["authorization", "x-tenant"] });

  async function fetchedWith(scope: CredentialScope, request: SessionRequest): Promise<unknown> {
    let seen: unknown = null;
    const { outcome } = await held(
      async function* (_request, session) {
        const part = await (await session.fetch(request)).text();
        seen = JSON.parse(String(part.data));
        yield part;
      },
      {},
      undefined,
      undefined,
      scope,
    );
    expect(outcome.ending).toEqual({ ok: true });
    return seen;
  }

  async function dialledWith(scope: CredentialScope, url: string): Promise<unknown> {
    await held(
      async function* (_request, session) {
        const socket = await session.socket(url);
        socket.send("a");
        yield* socket;
      },
      {},
      undefined,
      undefined,
      scope,
    );
    return socketHeaders;
  }

  test("go to each of its URLs, and nowhere else", async () => {
    expect(await fetchedWith(scopeOf(ours), { url: "/headers" })).toMatchObject(KEYS);
    expect(await fetchedWith(scopeOf(ours, theirs), { url: `${theirs}/headers` })).toMatchObject(KEYS);
    const abroad = await fetchedWith(scopeOf(ours), { url: `${theirs}/headers`, body: {} });
    expect(abroad).not.toContainAnyKeys(Object.keys(KEYS));
    expect(abroad).toMatchObject({ "x-own": "of the request", "x-input": "of the input" });
  });

  test("a WebSocket's, too", async () => {
    expect(await dialledWith(scopeOf(ours), "/socket")).toMatchObject(KEYS);
    expect(await dialledWith(scopeOf(ours), `${theirs.replace("http", "ws")}/socket`)).not.toContainAnyKeys(
      Object.keys(KEYS),
    );
    expect(socketHeaders).toMatchObject({ host: `localhost:${server.port}`, "x-own": "of the request" });
  });

  test("a call's own headers go where the call goes", async () => {
    const headers = { Authorization: "Bearer theirs" };
    const abroad = await fetchedWith(scopeOf(ours), { url: `${theirs}/headers`, headers });
    expect(abroad).toMatchObject({ authorization: "Bearer theirs" });
    expect(abroad).not.toHaveProperty("x-tenant");
  });
});

test("parts of a failed status are errors, unless the plugin says otherwise", async () => {
  const { outcome } = await held(async function* (_request, session) {
    yield* await session.fetch({ url: "/nowhere" });
  });
  expect(outcome.ending).toEqual({ ok: false, kind: "http_4xx", message: "HTTP 404; gone" });
  const taken = await held(async function* (_request, session) {
    for await (const part of await session.fetch({ url: "/nowhere" })) yield { ...part, isError: false };
  });
  expect(taken.outcome).toMatchObject({ ending: { ok: true }, status: 404 });
  expect(taken.payload.outputText).toBe("gone");
});

test("a plugin that leaves a reply in the middle leaves no open connection behind", async () => {
  // Held on to, or the collector of garbage would close it.
  const replies: SessionResponse[] = [];
  const { outcome } = await held(async function* (_request, session) {
    replies.push(await session.fetch({ url: "/endless" }));
    for await (const part of replies[0]!) {
      yield part;
      break;
    }
  });
  expect(outcome).toMatchObject({ ending: { ok: true }, chunks: 1 });
  for (let waited = 0; !left && waited < 5000; waited += GAP_MS) await Bun.sleep(GAP_MS);
  expect(left).toBe(true);
  expect(replies).toHaveLength(1);
});

test("an exception fails the request, with its place, and keeps what came before", async () => {
  const { outcome, payload } = await held(async function* () {
    yield { data: "good" };
    throw new Error("no such tensor");
  });
  expect(outcome.ending).toMatchObject({ ok: false, kind: "plugin" });
  expect((outcome.ending as { message: string }).message).toMatch(/no such tensor \(.*engine-plugin-exchange/);
  expect(payload.outputText).toBe("good");
});

test("what the wire does is not the plugin's fault", async () => {
  const { outcome } = await held(async function* (_request, session) {
    yield { data: "good" };
    yield* await session.fetch({ url: "http://127.0.0.1:1/" });
  });
  expect(outcome.ending).toMatchObject({ ok: false, kind: "connect" });
  expect(outcome.chunks).toBe(1);
});

test.each([
  ["/nowhere", "protocol", /^no WebSocket to 127\.0\.0\.1:\d+: .*404/],
  ["ws://127.0.0.1:1/?key=secret", "connect", /^no WebSocket to 127\.0\.0\.1:1: ECONNREFUSED, Failed to connect$/],
] as const)("nor what a WebSocket meets: %s", async (url, kind, message) => {
  const { outcome } = await held(async function* (_request, session) {
    yield* await session.socket(url);
  });
  expect(outcome.ending).toEqual({ ok: false, kind, message: expect.stringMatching(message) });
});

test("what is no part is the plugin's fault; nothing at all is empty", async () => {
  const odd = await held(async function* () {
    yield "text" as unknown as { data: string };
  });
  expect(odd.outcome.ending).toMatchObject({ kind: "plugin" });
  const nothing = await held(async function* () {});
  expect(nothing.outcome.ending).toMatchObject({ kind: "empty" });
});

test("a generator that never settles is left behind, its session aborted", async () => {
  let aborted = false;
  const { outcome } = await held(
    async function* (_request, session) {
      session.signal.addEventListener("abort", () => {
        aborted = true;
      });
      yield { data: "first" };
      await new Promise(() => {});
    },
    {},
    50,
  );
  expect(outcome.ending).toMatchObject({ kind: "timeout_total" });
  expect(outcome.chunks).toBe(1);
  expect(aborted).toBe(true);
});

test("a plugin's own reader reads its parts, called as a method", async () => {
  const api: Partial<ApiPlugin> & { unit: number } = {
    unit: 7,
    reader() {
      const { unit } = this as unknown as { unit: number };
      return { event: () => [{ kind: "text", text: "x", tokens: unit }], body: () => [] };
    },
  };
  const { payload } = await held(async function* () {
    yield { data: 1 };
  }, api);
  expect(payload.eventTokens).toBe("[7]");
});
