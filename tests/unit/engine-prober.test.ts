import { describe, expect, test } from "bun:test";
import openai from "../../plugins/api/openai.ts";
import type { ApiPlugin } from "../../src/contract/api.ts";
import type { Params } from "../../src/contract/params.ts";
import { Dispatch } from "../../src/engine/dispatch.ts";
import { Preparer } from "../../src/engine/prepared.ts";
import { Prober } from "../../src/engine/prober.ts";
import { Redaction } from "../../src/engine/redaction.ts";
import { FetchTransport } from "../../src/transport/fetch.ts";
import { Reachability } from "../../src/transport/reachable.ts";
import { chunk, sse } from "./engine-fixture.ts";
import { CHUNKED_HEAD, chunkOf, closedPort, type Peer, RawServer, replyOf } from "./raw-server.ts";
import { travelOf } from "./response-log.ts";
import { paramsOf } from "./run-fixture.ts";
import { SELF_SIGNED } from "./self-signed.ts";

const now = () => performance.now();
const FULL = { connectS: 5, readS: 5, totalS: 5 };

interface Setting {
  api?: ApiPlugin;
  params?: Partial<Params>;
  timeouts?: Partial<typeof FULL>;
  headers?: Record<string, string>;
}

function proberOf(url: string, { api = openai, params = {}, timeouts = {}, headers = {} }: Setting = {}): Prober {
  const preparer = new Preparer(api, paramsOf(params), url, headers);
  const travel = travelOf();
  const limits = { ...FULL, ...timeouts };
  const redaction = new Redaction({ headers: {}, urlCredentials: null, proxyCredentials: null });
  const reachability = new Reachability(now, travel.connection, limits.connectS * 500);
  const dispatch = new Dispatch(api, new FetchTransport(travel), travel);
  return new Prober(preparer, dispatch, limits, reachability, redaction);
}

async function generate(answer: (peer: Peer) => void, setting?: Setting) {
  using server = new RawServer(answer);
  return { result: await proberOf(server.url, setting).probe({ kind: "generate" }), heads: server.heads };
}

const EVENTS = { "content-type": "text/event-stream" };
const JSON_TYPE = { "content-type": "application/json" };

describe("a request for one token", () => {
  test("a buildRequest that never settles is bounded by the timeouts", async () => {
    const api: ApiPlugin = { name: "stuck", buildRequest: () => new Promise(() => {}) };
    const { result } = await generate(() => {}, { api, timeouts: { readS: 0.1 } });
    expect(result).toMatchObject({ ok: false, kind: "plugin", message: "buildRequest did not settle within 0.1 s" });
  });

  test("succeeds where a reply does", async () => {
    const body = sse(chunk({ content: "Hi" }), "[DONE]");
    const { result, heads } = await generate((peer) => peer.write(replyOf(200, EVENTS, body)));
    expect(result).toMatchObject({ ok: true, status: 200 });
    expect(heads[0]).toStartWith("POST / HTTP/1.1");
  });

  test("with the input that is to be asked, and the prompt tokens that the reply tells of", async () => {
    const kinds: string[] = [];
    const api: ApiPlugin = {
      ...openai,
      buildRequest: (input, params) => {
        kinds.push(input.kind);
        return openai.buildRequest(input, params);
      },
    };
    const usage = { choices: [], usage: { prompt_tokens: 31, completion_tokens: 1 } };
    const body = sse(chunk({ content: "Hi" }), usage, "[DONE]");
    using server = new RawServer((peer) => peer.write(replyOf(200, EVENTS, body)));
    const prober = proberOf(server.url, { api, params: { applyChatTemplate: false } });
    const result = await prober.probe({ kind: "generate", input: { kind: "tokens", ids: [1, 2] } });
    expect(result).toMatchObject({ ok: true, promptTokens: 31 });
    expect(kinds).toEqual(["tokens"]);
  });

  test("asks for one token, without what would contradict it", async () => {
    const bodies: unknown[] = [];
    const api: ApiPlugin = {
      name: "p",
      buildRequest: (input, params) => {
        const { maxTokens, minTokens, ignoreEos, nChoices } = params;
        bodies.push({ kind: input.kind, maxTokens, minTokens, ignoreEos, nChoices });
        return { body: {} };
      },
    };
    const params = { maxTokens: 500, minTokens: 100, ignoreEos: true, nChoices: 4 };
    for (const applyChatTemplate of [true, false]) {
      await generate((peer) => peer.end(), { api, params: { ...params, applyChatTemplate } });
    }
    expect(bodies).toEqual([
      { kind: "messages", maxTokens: 1, minTokens: undefined, ignoreEos: undefined, nChoices: undefined },
      { kind: "prompt", maxTokens: 1, minTokens: undefined, ignoreEos: undefined, nChoices: undefined },
    ]);
  });

  test("says what it met: a status, a page, a closed port, a reset", async () => {
    const refused = await generate((peer) => peer.write(replyOf(401, JSON_TYPE, '{"error":{"message":"bad key"}}')));
    expect(refused.result).toMatchObject({ ok: false, status: 401, kind: "http_4xx", message: "HTTP 401; bad key" });
    const page = await generate((peer) => peer.write(replyOf(200, { "content-type": "text/html" }, "<html>")));
    expect(page.result).toMatchObject({ ok: false, status: 200, kind: "wrong_content_type" });
    const closed = await proberOf(`http://127.0.0.1:${closedPort()}/`).probe({ kind: "generate" });
    expect(closed).toMatchObject({ ok: false, status: null, kind: "connect" });
    expect((await generate((peer) => peer.reset())).result).toMatchObject({ ok: false, kind: "reset" });
  });

  test("ends with a timeout where no answer comes", async () => {
    const { result } = await generate(() => {}, { timeouts: { readS: 0.3 } });
    expect(result).toMatchObject({ ok: false, status: null, kind: "timeout_idle" });
  });

  test("takes a reply whose body stays open after the API's own end", async () => {
    const { result } = await generate((peer) => {
      peer.write(CHUNKED_HEAD + chunkOf(sse(chunk({ content: "Hi" }), "[DONE]")));
    });
    expect(result).toMatchObject({ ok: true, status: 200 });
  });

  test("a plugin that cannot build it, skips it or cannot read the reply", async () => {
    const throwing: ApiPlugin = {
      name: "p",
      buildRequest: () => {
        throw new Error("no");
      },
    };
    const thrown = await generate(() => {}, { api: throwing });
    expect(thrown.result).toMatchObject({ ok: false, status: null, kind: "plugin" });
    expect(thrown.heads).toEqual([]);
    const skipped = await generate(() => {}, { api: { name: "p", buildRequest: () => null } });
    expect(skipped.result).toMatchObject({ ok: false, kind: "plugin" });
    const blind: ApiPlugin = {
      name: "p",
      buildRequest: () => ({ body: {} }),
      reader: () => {
        throw new Error("no reader");
      },
    };
    const unread = await generate((peer) => peer.write(replyOf(200, EVENTS, sse("{}"))), { api: blind });
    expect(unread.result).toMatchObject({
      ok: false,
      kind: "plugin",
      message: expect.stringContaining("no reader (at "),
    });
  });
});

describe("a call that is no part of the load", () => {
  const SECRET = { headers: { authorization: "Bearer canary", "x-plain": "1" } };

  test("takes the run's credentials to the run's own origin alone", async () => {
    for (const method of ["GET", "POST"]) {
      for (const ours of [true, false]) {
        using server = new RawServer((peer) => peer.write(replyOf(200, JSON_TYPE, "{}")));
        const call = method === "GET" ? ({ kind: "get" } as const) : ({ kind: "call", method } as const);
        const run = ours ? `${server.url}v1` : "http://elsewhere/v1";
        await proberOf(run, SECRET).probe({ ...call, url: `${server.url}reset` });
        const head = server.heads.join("").toLowerCase();
        expect(head).toStartWith(`${method.toLowerCase()} /reset `);
        expect(head).toContain("x-plain: 1");
        expect(head.includes("canary")).toBe(ours);
      }
    }
  });
});

describe("a plain GET", () => {
  test("gives the body, whatever the API makes of it", async () => {
    using server = new RawServer((peer) => peer.write(replyOf(200, JSON_TYPE, '{"data":[{"id":"m"}]}')));
    const result = await proberOf("http://h/").probe({ kind: "get", url: `${server.url}v1/models` });
    expect(result).toEqual({ ok: true, status: 200, body: '{"data":[{"id":"m"}]}' });
    expect(server.heads[0]).toStartWith("GET /v1/models HTTP/1.1");
  });

  test("fails with the server's words", async () => {
    using server = new RawServer((peer) => peer.write(replyOf(404, JSON_TYPE, '{"detail":"Not Found"}')));
    const result = await proberOf("http://h/").probe({ kind: "get", url: server.url });
    expect(result).toMatchObject({ ok: false, status: 404, message: "HTTP 404; Not Found" });
  });

  test("an error of megabytes comes cut, its words too", async () => {
    const body = JSON.stringify({ detail: "x".repeat(150_000) });
    using server = new RawServer((peer) => peer.write(replyOf(500, JSON_TYPE, body)));
    const result = await proberOf("http://h/").probe({ kind: "get", url: server.url });
    expect(result).toMatchObject({ ok: false, status: 500 });
    expect(result.body).toHaveLength(100_000);
  });

  test("a body of megabytes comes cut", async () => {
    using server = new RawServer((peer) => peer.write(replyOf(200, JSON_TYPE, JSON.stringify("x".repeat(150_000)))));
    const result = await proberOf("http://h/").probe({ kind: "get", url: server.url });
    expect(result.body).toHaveLength(100_000);
  });
});

describe("a scheme that the address does not speak", () => {
  const PROBES = [{ kind: "generate" }, { kind: "get", url: "" }] as const;

  test.each(PROBES)("https to a server of plain HTTP, however it answers: $kind", async (ask) => {
    const answers: ((peer: Peer) => void)[] = [(peer) => peer.end(), (peer) => peer.write(replyOf(400, {}, "no"))];
    for (const answer of answers) {
      using server = new PlainServer(answer);
      const result = await proberOf(server.url).probe({ ...ask, url: server.url } as typeof ask);
      expect(result).toMatchObject({ ok: false, speaks: "http" });
    }
  });

  test("https to a server of plain HTTP that waits for the end of a head: within --connect-timeout", async () => {
    using server = new RawServer((peer) => peer.write(replyOf(200, JSON_TYPE, "{}")));
    const began = now();
    const prober = proberOf(server.url.replace("http:", "https:"), { timeouts: { connectS: 1, readS: 60 } });
    const result = await prober.probe({ kind: "generate" });
    expect(result).toMatchObject({ ok: false, kind: "timeout_connect", speaks: "http" });
    expect(now() - began).toBeLessThan(10_000);
  });

  test("http to a server of TLS", async () => {
    using server = Bun.serve({ port: 0, hostname: "127.0.0.1", tls: SELF_SIGNED, fetch: () => new Response("x") });
    for (const ask of PROBES) {
      const url = `http://127.0.0.1:${server.port}/`;
      const result = await proberOf(url).probe({ ...ask, url } as typeof ask);
      expect(result).toMatchObject({ ok: false, status: null, speaks: "https" });
    }
  });

  test("nothing is said of a server that speaks what the URL says, nor of one that is silent", async () => {
    const refused = await generate((peer) => peer.write(replyOf(400, JSON_TYPE, "{}")));
    expect(refused.result).not.toHaveProperty("speaks");
    const lost = await generate((peer) => peer.reset());
    expect(lost.result).not.toHaveProperty("speaks");
    const gone = await proberOf(`https://127.0.0.1:${closedPort()}/`).probe({ kind: "generate" });
    expect(gone).not.toHaveProperty("speaks");
  });
});

/** Answers whatever comes at once, be it HTTP or the greeting of TLS. */
class PlainServer implements Disposable {
  readonly #listener;

  constructor(answer: (peer: Peer) => void) {
    this.#listener = Bun.listen({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        data: (socket, bytes) => {
          const peer: Peer = {
            write: (text) => void socket.write(text),
            end: () => void socket.end(),
            reset: () => void socket.terminate(),
          };
          if (Buffer.from(bytes).toString("latin1").startsWith("GET /")) peer.write(replyOf(404, {}, "nothing"));
          else answer(peer);
        },
      },
    });
  }

  get url(): string {
    return `https://127.0.0.1:${this.#listener.port}/`;
  }

  [Symbol.dispose](): void {
    this.#listener.stop(true);
  }
}
