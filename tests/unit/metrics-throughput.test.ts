import { expect, test } from "bun:test";
import { WindowThroughput } from "../../src/metrics/throughput.ts";
import type { TimedReply } from "../../src/record/level-record.ts";

const WINDOW = { start: 100, end: 110 };

function reply(change: Partial<TimedReply>): TimedReply {
  return {
    sent: 101,
    completed: 103,
    firstChunkLatency: 1,
    promptTokens: 100,
    completionTokens: 40,
    items: null,
    times: [1_000_000, 2_000_000],
    tokens: [1, 1],
    ...change,
  };
}

function rates(...replies: TimedReply[]): { requests: number | null; output: number | null; total: number | null } {
  const throughput = new WindowThroughput(WINDOW);
  for (const one of replies) throughput.add(one);
  const { requests_per_s, output_tokens_per_s, total_tokens_per_s } = throughput.rates;
  return { requests: requests_per_s, output: output_tokens_per_s, total: total_tokens_per_s };
}

test("a request wholly inside counts wholly", () => {
  expect(rates(reply({}))).toEqual({ requests: 0.1, output: 4, total: 14 });
});

test("one that ends behind the window counts the output stamped inside, and its prompt", () => {
  expect(rates(reply({ sent: 108.5, completed: 110.5 }))).toEqual({ requests: 0.05, output: 2, total: 12 });
});

test("one that began before counts the output stamped inside, without its prompt", () => {
  expect(rates(reply({ sent: 98.5, completed: 100.5 }))).toEqual({ requests: 0.05, output: 2, total: 2 });
});

test("tokens of an event weigh as many", () => {
  expect(rates(reply({ sent: 108.5, completed: 110.5, tokens: [3, 1] })).output).toBe(3);
});

test("without events the whole output is stamped at the end", () => {
  const plain = { times: [], tokens: [], firstChunkLatency: null };
  expect(rates(reply(plain))).toEqual({ requests: 0.1, output: 4, total: 14 });
  expect(rates(reply({ ...plain, completed: 111 }))).toEqual({ requests: 0, output: 0, total: 0 });
});

test("what nobody counted is null, not 0", () => {
  expect(rates(reply({ completionTokens: null }))).toEqual({ requests: 0.1, output: null, total: 10 });
  expect(rates(reply({ completionTokens: null, promptTokens: null }))).toEqual({
    requests: 0.1,
    output: null,
    total: null,
  });
});

test("items count where their request was completed, and bring the input's throughput", () => {
  const throughput = new WindowThroughput(WINDOW);
  const embedded = { completionTokens: null, times: [2_000_000], tokens: [0], firstChunkLatency: null, items: 5 };
  throughput.add(reply(embedded));
  throughput.add(reply({ ...embedded, completed: 111 }));
  expect(throughput.rates).toMatchObject({ items_per_s: 0.5, input_tokens_per_s: 10, output_tokens_per_s: null });
});
