import { afterEach, expect, test } from "bun:test";
import { mockText } from "../../src/mock/words.ts";
import { answer, CHAT, eventually, post, STREAM, start, stopAll, timed } from "./mock-fixture.ts";

afterEach(stopAll);

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
