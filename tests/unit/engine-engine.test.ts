import { describe, expect, test } from "bun:test";
import type { RunConfig } from "../../src/config/run-config.ts";
import type { ApiPlugin } from "../../src/contract/api.ts";
import { Engine } from "../../src/engine/engine.ts";
import { packArrivals, unpackFinished } from "../../src/engine/packing.ts";
import type { FromEngine, StageShare } from "../../src/engine/protocol.ts";
import type { Outcome } from "../../src/record/outcome.ts";
import { chunk, sse } from "./engine-fixture.ts";
import { STAGE } from "./load-fixture.ts";
import { CHUNKED_HEAD, chunkOf, type Peer, RawServer, replyOf } from "./raw-server.ts";
import { configOf, paramsOf } from "./run-fixture.ts";

const API: ApiPlugin = {
  name: "p",
  buildRequest: (input) => {
    if (input.kind === "prompt" && input.prompt === "skip") return null;
    if (input.kind === "prompt" && input.prompt === "throw") throw new Error("cannot");
    return { body: { stream: true } };
  },
};

/** An engine in this process, and what it has told main. */
class Told implements Disposable {
  readonly messages: FromEngine[] = [];
  readonly engine: Engine;
  #next = 0;

  constructor(url: string, changed: Partial<RunConfig> = {}, api: ApiPlugin = API) {
    const config = configOf({ url, params: paramsOf({ url }), ...changed });
    const start = {
      type: "start",
      engine: 0,
      runId: "r",
      config,
      secrets: { headers: {}, urlCredentials: null, proxyCredentials: null },
    } as const;
    this.engine = new Engine(start, api, (message) => {
      this.messages.push(message);
      // As main does when all engines are prepared, in a later turn.
      if (message.type === "prepared") setImmediate(() => this.#go(message.index));
    });
  }

  [Symbol.dispose](): void {
    this.engine.close();
  }

  stage(share: Partial<StageShare>): void {
    this.engine.receive({ type: "stage", stage: { ...STAGE, ...share } });
  }

  #go(index: number): void {
    this.engine.receive({ type: "go", index, atMs: performance.timeOrigin + performance.now() });
  }

  feed(prompts: string[]): void {
    const arrivals = prompts.map((prompt) => ({ id: this.#next++, input: { kind: "prompt" as const, prompt } }));
    this.engine.receive({ type: "arrivals", packed: packArrivals(arrivals) });
  }

  async until(type: FromEngine["type"], ms = 8000): Promise<void> {
    const end = performance.now() + ms;
    while (!this.messages.some((message) => message.type === type)) {
      if (performance.now() > end) throw new Error(`no ${type} within ${ms} ms`);
      await Bun.sleep(5);
    }
  }

  get outcomes(): Outcome[] {
    return this.messages.flatMap((message) =>
      message.type === "finished" ? unpackFinished(message.packed).map(({ recorded }) => recorded.outcome) : [],
    );
  }
}

const prompts = (count: number, prompt = "x") => Array.from({ length: count }, () => prompt);
const good = (peer: Peer) =>
  peer.write(
    replyOf(200, { "content-type": "text/event-stream", connection: "close" }, sse(chunk({ content: "Hi" }), "[DONE]")),
  );

describe("a stage", () => {
  test("sends its quota, reports every request once, and only then that it is done", async () => {
    using server = new RawServer(good);
    using told = new Told(server.url);
    told.stage({ slots: 4, quota: 20, index: 3 });
    told.feed(prompts(20));
    await told.until("stage-done");
    expect(told.messages.at(-1)).toEqual({ type: "stage-done", index: 3 });
    expect(told.outcomes.map(({ id }) => id).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, k) => k));
    expect(told.outcomes.every(({ ending }) => ending.ok)).toBe(true);
    expect(server.heads).toHaveLength(20);
    for (const { scheduledTime, releasedTime, sentTime, completedTime } of told.outcomes) {
      expect(scheduledTime!).toBeLessThanOrEqual(releasedTime!);
      expect(releasedTime!).toBeLessThanOrEqual(sentTime!);
      expect(sentTime!).toBeLessThan(completedTime!);
      expect(Math.abs(sentTime! - Date.now() / 1000)).toBeLessThan(60);
    }
  });

  test("without a quota is done at once", async () => {
    using told = new Told("http://127.0.0.1:1/");
    told.stage({ slots: 0, quota: 0 });
    await told.until("stage-done");
    expect(told.outcomes).toEqual([]);
  });

  test("is followed by the next", async () => {
    using server = new RawServer(good);
    using told = new Told(server.url);
    for (const index of [0, 1]) {
      told.messages.length = 0;
      told.stage({ slots: 2, quota: 3, index, level: index });
      told.feed(prompts(3));
      await told.until("stage-done");
      expect(told.outcomes.map(({ level }) => level)).toEqual([index, index, index]);
    }
  });

  test("credits what it uses, asks for the replacement of what is skipped, and fails what cannot be built", async () => {
    using server = new RawServer(good);
    using told = new Told(server.url);
    told.stage({ slots: 64, quota: 8 });
    told.feed([...prompts(3), "skip", ...prompts(3), "throw"]);
    await told.until("credit");
    expect(told.messages.find(({ type }) => type === "credit")).toMatchObject({ skipped: [3] });
    told.feed(prompts(1));
    await told.until("stage-done");
    expect(told.outcomes.map(({ id }) => id).sort()).toEqual([0, 1, 2, 4, 5, 6, 7, 8]);
    const failed = told.outcomes.filter(({ ending }) => !ending.ok);
    expect(failed).toMatchObject([{ id: 7, status: null, ending: { kind: "plugin" } }]);
    expect(server.heads).toHaveLength(7);
  });
});

describe("what must not hang", () => {
  test("a stream that stalls is read ahead and timed out in the same sweep", async () => {
    using server = new RawServer((peer) => peer.write(CHUNKED_HEAD + chunkOf(sse(chunk({ content: "Hi" })))));
    using told = new Told(server.url, { timeouts: { connectS: 5, readS: 0.5, totalS: 60 } });
    told.stage({ slots: 2, quota: 2 });
    told.feed(prompts(2));
    await told.until("stage-done");
    expect(told.outcomes).toMatchObject([
      { chunks: 1, ending: { kind: "timeout_idle" } },
      { chunks: 1, ending: { kind: "timeout_idle" } },
    ]);
  });

  test("a body that stays open after its end is a success whose latency is that of the end", async () => {
    using server = new RawServer((peer) => peer.write(CHUNKED_HEAD + chunkOf(sse(chunk({ content: "Hi" }), "[DONE]"))));
    using told = new Told(server.url);
    told.stage({ slots: 1, quota: 1 });
    told.feed(prompts(1));
    await told.until("stage-done");
    expect(told.outcomes).toMatchObject([{ ending: { ok: true } }]);
    expect(told.outcomes[0]!.latency!).toBeLessThan(0.9);
  });

  test("a plugin whose reader cannot be made fails every request", async () => {
    const api: ApiPlugin = {
      ...API,
      reader: () => {
        throw new Error("no reader");
      },
    };
    using server = new RawServer(good);
    using told = new Told(server.url, {}, api);
    told.stage({ slots: 2, quota: 5 });
    told.feed(prompts(5));
    await told.until("stage-done");
    expect(told.outcomes).toHaveLength(5);
    for (const { ending } of told.outcomes)
      expect(ending).toMatchObject({
        kind: "plugin",
        message: expect.stringMatching(/^no reader \(at .*engine-engine\.test\.ts:\d+/),
      });
  });

  test("a server whose error has a message that is no text", async () => {
    const body = sse({ error: { message: { deep: true } } });
    using server = new RawServer((peer) => peer.write(replyOf(200, { "content-type": "text/event-stream" }, body)));
    using told = new Told(server.url);
    told.stage({ slots: 1, quota: 1 });
    told.feed(prompts(1));
    await told.until("stage-done");
    expect(told.outcomes).toMatchObject([{ ending: { kind: "stream_error", message: '{"message":{"deep":true}}' } }]);
  });
});

describe("interrupted", () => {
  test("stop sends nothing more and lets finish what is in flight", async () => {
    using server = new RawServer((peer) => setTimeout(() => good(peer), 300));
    using told = new Told(server.url);
    told.stage({ slots: 3, quota: 100 });
    told.feed(prompts(100));
    while (server.heads.length < 3) await Bun.sleep(5);
    told.engine.receive({ type: "stop" });
    await told.until("stage-done");
    expect(told.outcomes).toHaveLength(3);
    expect(told.outcomes.every(({ ending }) => ending.ok)).toBe(true);
    expect(server.heads).toHaveLength(3);
  });

  test("abort records what is in flight as cancelled, also what was just about to go", async () => {
    using server = new RawServer(() => {});
    using told = new Told(server.url);
    // Above 64 slots requests are handed over at the transport's pace.
    told.stage({ slots: 200, quota: 200 });
    told.feed(prompts(200));
    while (server.heads.length === 0) await Bun.sleep(1);
    told.engine.receive({ type: "abort" });
    await told.until("stage-done");
    for (const { ending } of told.outcomes) expect(ending).toMatchObject({ ok: false, kind: "cancelled" });
    expect(told.outcomes.length).toBeGreaterThan(0);
  });

  test("stop before anything has come is done at once", async () => {
    using told = new Told("http://127.0.0.1:1/");
    told.stage({ slots: 3, quota: 100 });
    told.engine.receive({ type: "stop" });
    await told.until("stage-done", 2000);
    expect(told.outcomes).toEqual([]);
  });
});

test("beats tell what has begun and how much is in flight; samples come once a second", async () => {
  using server = new RawServer((peer) => setTimeout(() => good(peer), 1300));
  using told = new Told(server.url);
  told.stage({ slots: 2, quota: 2 });
  told.feed(prompts(2));
  await told.until("stage-done");
  const beats = told.messages.filter((message) => message.type === "beat");
  expect(beats.flatMap(({ started }) => started.map(([id]) => id)).sort()).toEqual([0, 1]);
  expect(Math.max(...beats.map(({ inFlight }) => inFlight))).toBe(2);
  expect(beats.at(-1)!.inFlight).toBe(0);
  const samples = told.messages.filter((message) => message.type === "sample");
  expect(samples[0]!.sample).toMatchObject({ engine: 0, inFlight: 2, sent: 2, done: 0 });
});

test("a ping is answered with the engine's date, a probe with its token", async () => {
  using server = new RawServer(good);
  using told = new Told(server.url);
  told.engine.receive({ type: "ping", sentMs: 5 });
  const [pong] = told.messages;
  expect(pong).toMatchObject({ type: "pong", sentMs: 5 });
  if (pong?.type === "pong") expect(Math.abs(pong.engineMs - Date.now())).toBeLessThan(1000);
  told.engine.receive({ type: "probe", token: 9, ask: { kind: "generate" } });
  await told.until("probed");
  expect(told.messages.at(-1)).toMatchObject({ type: "probed", token: 9, result: { ok: true, status: 200 } });
});
