import { expect, test } from "bun:test";
import { startMock } from "../../src/mock/mock-server.ts";
import { RequestLog, type RequestTruth } from "../../src/mock/request-log.ts";

async function truths(url: string): Promise<RequestTruth[]> {
  return (await (await fetch(`${url}/stats/requests`)).json()) as RequestTruth[];
}

async function ask(url: string, stream: boolean, id?: string): Promise<void> {
  const body = JSON.stringify({ model: "m", stream, max_tokens: 5, messages: [{ role: "user", content: "hi" }] });
  const headers: Record<string, string> = id === undefined ? {} : { "X-Request-Id": id };
  await (await fetch(`${url}/chat/completions`, { method: "POST", headers, body })).text();
}

test("a request that names itself is told of by itself, until a reset", async () => {
  const mock = startMock({ port: 0, ttftMs: 40, itlMs: 10, tokens: 5 });
  try {
    await ask(mock.url, true, "first");
    await ask(mock.url, false, "whole");
    await ask(mock.url, true);
    const [first, whole, ...more] = await truths(mock.url);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ id: "first", tokens: 5 });
    expect(first!.first_token_ms!).toBeWithin(39, 400);
    expect(first!.last_token_ms! - first!.first_token_ms!).toBeWithin(20, 400);
    expect(first!.latency_ms).toBeGreaterThanOrEqual(first!.last_token_ms!);
    expect(whole).toMatchObject({ id: "whole", first_token_ms: null, last_token_ms: null });
    expect(whole!.latency_ms).toBeWithin(79, 600);
    mock.reset();
    expect(await truths(mock.url)).toEqual([]);
  } finally {
    mock.stop();
  }
});

test("memory is bounded", () => {
  const log = new RequestLog();
  const truth = { first_token_ms: 1, last_token_ms: 2, latency_ms: 3, tokens: 1 };
  for (let i = 0; i < 100_010; i++) log.add({ id: String(i), ...truth });
  expect(log.all).toHaveLength(100_000);
  expect(log.all[0]!.id).toBe("0");
});
