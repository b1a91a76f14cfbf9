import { describe, expect, test } from "bun:test";
import type { RunConfig } from "../../src/config/run-config.ts";
import { UserError } from "../../src/config/user-error.ts";
import type { ProbeResult } from "../../src/engine/protocol.ts";
import { findModel, type Probe, testConnection } from "../../src/run/preflight.ts";
import { configOf, paramsOf } from "./run-fixture.ts";

const CHAT = "http://gpu-1:8000/v1/chat/completions";

function failed(kind: string, message: string, status: number | null = null): ProbeResult {
  return { ok: false, status, kind, message, body: "" };
}

/** Answers with one result after the other, the last one again and again. */
function answering(...results: ProbeResult[]) {
  const asked: Parameters<Probe>[0][] = [];
  const probe: Probe = async (ask) => {
    asked.push(ask);
    return results[Math.min(asked.length, results.length) - 1]!;
  };
  return { asked, probe };
}

async function mistakeOf(work: Promise<unknown>): Promise<UserError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) throw new Error(`no mistake: ${String(error)}`);
  return error;
}

function connectionMistake(result: ProbeResult, changed: Partial<RunConfig> = {}): Promise<UserError> {
  const config = configOf({ url: CHAT, params: paramsOf({ model: "llama" }), ...changed });
  return mistakeOf(testConnection(config, answering(result).probe, () => {}));
}

describe("the connection test's one line", () => {
  test.each<[string, ProbeResult, RegExp]>([
    [
      "a refused key",
      failed("http_4xx", "HTTP 401; bad key", 401),
      /^gpu-1:8000 refused the key \(HTTP 401; bad key\).*--api-key-file/,
    ],
    ["no permission", failed("http_4xx", "HTTP 403", 403), /refused the key.*PLUMB_API_KEY/],
    [
      "nobody listens",
      failed("connect", "ECONNREFUSED: x"),
      /^cannot connect to gpu-1:8000 \(ECONNREFUSED: x\).*--url.*--wait-ready/,
    ],
    ["nobody answers", failed("timeout_connect", "no connection within 30 s"), /^cannot connect to gpu-1:8000/],
    ["no such host", failed("dns", "ENOTFOUND"), /^--url: no such host as gpu-1 \(ENOTFOUND\)/],
    [
      "a certificate",
      failed("tls", "SELF_SIGNED"),
      /^--url: no trusted TLS connection to gpu-1:8000 \(SELF_SIGNED\).*--ca FILE.*--insecure/,
    ],
    [
      "no handshake",
      failed("timeout_connect", "connected, but no TLS handshake within 30 s"),
      /^--url: gpu-1:8000 answers, but not TLS \(.*\): is it http:\/\/\?$/,
    ],
    [
      "a failed handshake",
      failed("tls", "EPROTO: the TLS handshake failed"),
      /^--url: gpu-1:8000 answers, but not TLS \(EPROTO.*\): is it http:\/\/\?$/,
    ],
    [
      "another scheme",
      { ...failed("reset", "ECONNRESET"), speaks: "https" } as ProbeResult,
      /^--url: gpu-1:8000 speaks https, not http \(ECONNRESET\): give https:\/\/gpu-1:8000$/,
    ],
    [
      "a wrong path or model",
      failed("http_4xx", "HTTP 404; no model llama", 404),
      /--url.*--model llama.*http:\/\/gpu-1:8000\/v1\/models/,
    ],
    [
      "another status",
      failed("http_4xx", "HTTP 400; too long", 400),
      /test request .* failed \(HTTP 400; too long\).*--no-test-connection/,
    ],
    ["anything else", failed("reset", "ECONNRESET"), /failed \(reset: ECONNRESET\).*--no-test-connection/],
    ["a plugin", failed("plugin", "boom"), /failed \(plugin: boom\)/],
  ])("%s", async (_, result, line) => {
    const mistake = await connectionMistake(result);
    expect(mistake.message).toMatch(line);
    expect(mistake.message).not.toContain("\n");
    expect(mistake.exitCode).toBe(1);
  });

  test("who waits already is not told to wait", async () => {
    const mistake = await connectionMistake(failed("connect", "x"), { waitReadyS: 0.5 });
    expect(mistake.message).not.toContain("--wait-ready");
  });

  test("a reply without text is good enough, and so is any success", async () => {
    for (const result of [failed("empty", "no output", 200), { ok: true, status: 200, body: "" } as const]) {
      await testConnection(configOf({ url: CHAT }), answering(result).probe, () => {});
    }
  });

  test("nothing that a server says steers a terminal or fills it", async () => {
    const mistake = await connectionMistake(failed("http_5xx", `HTTP 500; \x1b[2J\n${"x".repeat(5000)}`, 500));
    expect(mistake.message).not.toMatch(/[\x00-\x1f]/);
    expect(mistake.message.length).toBeLessThan(600);
  });
});

describe("waiting for a server", () => {
  const waiting = (waitReadyS: number, ...results: ProbeResult[]) => {
    const { probe, asked } = answering(...results);
    const notices: string[] = [];
    const config = configOf({ url: CHAT, waitReadyS });
    return { work: testConnection(config, probe, (line) => notices.push(line)), asked, notices };
  };

  test("asks again until it answers, and says once what it waits for", async () => {
    const refused = failed("connect", "ECONNREFUSED");
    const { work, asked, notices } = waiting(30, refused, refused, { ok: true, status: 200, body: "" });
    await work;
    expect(asked).toHaveLength(3);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain("gpu-1:8000");
  });

  test("asks once where nobody wants to wait", async () => {
    const { work, asked } = waiting(0, failed("connect", "x"));
    await mistakeOf(work);
    expect(asked).toHaveLength(1);
  });

  test("gives up when its time is over", async () => {
    const start = performance.now();
    const { work, asked } = waiting(1.5, failed("http_5xx", "HTTP 503", 503));
    await mistakeOf(work);
    expect(asked).toHaveLength(2);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test("does not wait for what waiting cannot change", async () => {
    const final = [
      failed("http_4xx", "HTTP 401", 401),
      failed("http_4xx", "HTTP 404", 404),
      failed("plugin", "boom"),
      failed("engine_lost", "exit code 1"),
      { ...failed("reset", "ECONNRESET"), speaks: "https" } as ProbeResult,
    ];
    for (const result of final) {
      const { work, asked } = waiting(60, result);
      await mistakeOf(work);
      expect(asked).toHaveLength(1);
    }
  });

  test("waits where the server is only busy", async () => {
    const { work, asked } = waiting(30, failed("rate_limited", "HTTP 429", 429), { ok: true, status: 200, body: "" });
    await work;
    expect(asked).toHaveLength(2);
  });
});

describe("finding the model", () => {
  const list = (body: string) => answering({ ok: true, status: 200, body });
  const find = (url: string, probe: Probe) => findModel(configOf({ url }), probe, () => {});

  test("the first of the list beside the endpoint, wherever that is", async () => {
    const urls = [
      [CHAT, "http://gpu-1:8000/v1/models"],
      ["http://h/openai/v2/completions?key=1", "http://h/openai/v2/models"],
      ["http://h/generate", "http://h/v1/models"],
    ] as const;
    for (const [url, models] of urls) {
      const { probe, asked } = list('{"data":[{"id":"one"},{"id":"two"}]}');
      expect(await find(url, probe)).toBe("one");
      expect(asked).toEqual([{ kind: "get", url: models }]);
    }
  });

  test("a list that names none", async () => {
    for (const body of ["", "[]", "null", '{"data":[]}', '{"data":[{"id":7}]}', '{"data":[{"id":""}]}', "<html>"]) {
      const mistake = await mistakeOf(find(CHAT, list(body).probe));
      expect(mistake.message).toBe("http://gpu-1:8000/v1/models names no model: give --model NAME");
    }
  });

  test("no list: the cause where it is known, else what to do", async () => {
    const key = await mistakeOf(find(CHAT, answering(failed("http", "HTTP 401", 401)).probe));
    expect(key.message).toContain("refused the key");
    const missing = await mistakeOf(find(CHAT, answering(failed("http", "HTTP 404", 404)).probe));
    expect(missing.message).toBe("no model found at http://gpu-1:8000/v1/models (HTTP 404): give --model NAME");
  });
});
