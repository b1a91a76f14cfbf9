import { afterEach, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { FAULT_NAMES, type FaultName } from "../../src/mock/faults.ts";
import type { MockOptions } from "../../src/mock/options.ts";
import { CHAT, eventually, post, STREAM, start, stopAll } from "./mock-fixture.ts";

afterEach(stopAll);

function faulty(name: FaultName, options: Partial<MockOptions> = {}) {
  return start({ faults: new Map([[name, 1]]), tokens: 6, itlMs: 10, ...options });
}

interface Heard {
  text: string;
  /** How the connection ended; "open": it did not, within the time. */
  end: "FIN" | "RST" | "open";
}

/** Sends one request and listens below HTTP, for `ms` at most after the last byte. */
function hear(port: number, body: object, ms = 300): Promise<Heard> {
  const text = JSON.stringify(body);
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1");
    const done = (end: Heard["end"]) => {
      socket.destroy();
      resolve({ text: heard, end });
    };
    socket.setTimeout(ms, () => done("open"));
    socket.on("data", (bytes) => {
      heard += bytes.toString("latin1");
    });
    socket.on("end", () => done("FIN"));
    socket.on("error", () => done("RST"));
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  });
}

const contents = (text: string) => text.match(/"content":"[^"]/g)?.length ?? 0;

describe("on the wire", () => {
  test.each<[FaultName, Heard["end"], string | null]>([
    ["reset", "RST", null],
    ["reset-early", "RST", ""],
    ["close", "FIN", null],
    ["stall", "open", null],
    ["stall-headers", "open", ""],
    ["length-mismatch", "FIN", null],
    ["bad-chunk", "FIN", null],
    ["not-http", "FIN", null],
    ["linger", "open", null],
    ["crlf", "open", null],
  ])("%s ends with %s", async (name, end, text) => {
    const mock = faulty(name);
    const heard = await hear(mock.port, STREAM);
    expect(heard.end).toBe(end);
    if (text !== null) expect(heard.text).toBe(text);
    await eventually(() => mock.stats().in_flight === 0);
    expect(mock.stats().faults[name]).toMatchObject({ met: 1, missed: 0 });
  });

  test("what came before a reset is told, and has arrived", async () => {
    const mock = faulty("reset");
    const { text } = await hear(mock.port, STREAM);
    const { chunks } = mock.stats().faults.reset!;
    expect(chunks).toBeGreaterThan(0);
    expect(chunks).toBeLessThan(6);
    expect(contents(text)).toBe(chunks);
    expect(text).not.toContain("[DONE]");
  });

  test("a reply in one piece loses its second half", async () => {
    const { text, end } = await hear(faulty("close").port, CHAT);
    const [head, body] = text.split("\r\n\r\n");
    const length = Number(/Content-Length: (\d+)/.exec(head!)![1]);
    expect([end, Buffer.byteLength(body!, "latin1")]).toEqual(["FIN", length >> 1]);
  });

  test("large is as long as was asked", async () => {
    const mock = faulty("large", { faultLargeBytes: 300_000 });
    const plain = await (await post(`${start({ tokens: 6 }).url}/chat/completions`, STREAM)).text();
    const reply = await (await post(`${mock.url}/chat/completions`, STREAM)).text();
    expect(reply.length - plain.length).toBe(300_000 + ": \n\n".length);
  });

  test("the connection serves on behind a refusal and behind a reply that is only odd", async () => {
    const mock = start({
      faults: new Map([
        ["http-503", 0.5],
        ["bom", 0.5],
      ]),
    });
    for (let i = 0; i < 10; i++) await (await post(`${mock.url}/chat/completions`, STREAM)).text();
    const { accepted, faults, by_status } = mock.stats();
    expect(accepted).toBe(1);
    expect(by_status).toEqual({ 200: faults.bom!.met, 503: faults["http-503"]!.met });
  });
});

describe("the count", () => {
  test("is of all that came: whole, odd, broken and given up", async () => {
    const faults = new Map<FaultName, number>([
      ["crlf", 0.3],
      ["truncated", 0.3],
      ["http-429", 0.2],
    ]);
    const mock = start({ faults, itlMs: 0 });
    const replies = Array.from({ length: 60 }, () =>
      post(`${mock.url}/chat/completions`, STREAM).then((it) => it.text()),
    );
    await Promise.all(replies);
    const { requests, whole, finished, broken, aborted, ...stats } = mock.stats();
    const met = (name: FaultName) => stats.faults[name]!.met;
    expect(whole + met("crlf") + met("truncated") + met("http-429")).toBe(60);
    expect({ requests, finished, broken, aborted }).toEqual({
      requests: 60,
      finished: whole + met("crlf"),
      broken: met("truncated") + met("http-429"),
      aborted: 0,
    });
    expect(Math.min(whole, met("crlf"), met("truncated"), met("http-429"))).toBeGreaterThan(0);
    expect(stats).toMatchObject({ in_flight: 0, completion_tokens: 4 * finished });
  });

  test("the same requests in the same order meet the same faults", async () => {
    const faults = new Map(FAULT_NAMES.filter((name) => name.startsWith("http-")).map((name) => [name, 0.15]));
    const statuses = async (seed: number) => {
      const { url } = start({ faults, seed, ttftMs: 0 });
      const got: number[] = [];
      for (let i = 0; i < 40; i++) got.push((await post(`${url}/chat/completions`, CHAT)).status);
      return got;
    };
    expect(await statuses(1)).toEqual(await statuses(1));
    expect(await statuses(1)).not.toEqual(await statuses(2));
  });

  test("faults leave lengths as they were", async () => {
    const lengths = async (faults: MockOptions["faults"]) => {
      const { url } = start({ faults, tokens: { from: 1, to: 50 } });
      const got: unknown[] = [];
      for (let i = 0; i < 10; i++) {
        const reply = await post(`${url}/chat/completions`, CHAT);
        got.push(((await reply.json()) as { usage: unknown }).usage);
      }
      return got;
    };
    expect(await lengths(new Map([["crlf", 0.5]]))).toEqual(await lengths(new Map()));
  });

  test("a client that leaves before the fault has missed it", async () => {
    const mock = faulty("reset", { ttftMs: 10_000 });
    await expect(hear(mock.port, STREAM, 50)).resolves.toMatchObject({ end: "open" });
    await eventually(() => mock.stats().aborted === 1);
    expect(mock.stats()).toMatchObject({
      broken: 0,
      in_flight: 0,
      faults: { reset: { met: 0, missed: 1, chunks: 0 } },
    });
  });

  test("a fault that has struck counts although the client leaves before the rest", async () => {
    const mock = faulty("malformed", { itlMs: 200, tokens: 3 });
    const controller = new AbortController();
    const reply = await post(`${mock.url}/chat/completions`, STREAM, { signal: controller.signal });
    expect(reply.status).toBe(200);
    await eventually(() => mock.stats().faults.malformed?.met === 1);
    expect(mock.stats()).toMatchObject({ in_flight: 1, broken: 0 });
    // Held until here: a reply that nobody holds any more is given up by the runtime.
    expect(reply.bodyUsed).toBe(false);
    controller.abort();
    await eventually(() => mock.stats().in_flight === 0);
    expect(mock.stats()).toMatchObject({ broken: 1, aborted: 0, faults: { malformed: { met: 1, missed: 0 } } });
  });

  test("a reply that cannot have the fault stays whole, and is counted so", async () => {
    const mock = faulty("linger");
    await (await post(`${mock.url}/chat/completions`, CHAT)).text();
    expect(mock.stats()).toMatchObject({ whole: 1, finished: 1, broken: 0, faults: {} });
  });

  test("a request that is refused for its own sake meets none, nor do those that are no load", async () => {
    const mock = faulty("reset-early", { apiKey: "k" });
    expect((await post(`${mock.url}/chat/completions`, CHAT)).status).toBe(401);
    const headers = { Authorization: "Bearer k" };
    expect((await post(`${mock.url}/chat/completions`, "{", { headers })).status).toBe(400);
    expect((await fetch(`${mock.url}/models`, { headers })).status).toBe(200);
    expect(mock.stats().faults).toEqual({});
  });

  test("begins anew on reset", async () => {
    const mock = faulty("bom");
    await (await post(`${mock.url}/chat/completions`, CHAT)).text();
    mock.reset();
    expect(mock.stats()).toMatchObject({ whole: 0, broken: 0, faults: {} });
  });
});
