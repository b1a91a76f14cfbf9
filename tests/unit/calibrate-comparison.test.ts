import { expect, test } from "bun:test";
import { briefly } from "../../src/calibrate/calibrate.ts";
import { compare } from "../../src/calibrate/comparison.ts";
import { closedLevel } from "./load-fixture.ts";
import { CONFIG } from "./record-fixture.ts";

const truth = (id: string, first: number | null, last: number | null, latency: number, tokens = 11) => ({
  id,
  first_token_ms: first,
  last_token_ms: last,
  latency_ms: latency,
  tokens,
});

test("each request against itself, never against another", () => {
  const known = new Map([
    ["0", truth("0", 100, 300, 310)],
    ["1", truth("1", 500, 700, 710)],
    ["9", truth("9", 1, 2, 3)],
  ]);
  const recorded = new Map([
    ["0", { ttftMs: 103, tpotMs: 20.5, latencyMs: 320 }],
    ["1", { ttftMs: 501, tpotMs: 20, latencyMs: 711 }],
    ["2", { ttftMs: 9000, tpotMs: 9000, latencyMs: 9000 }],
  ]);
  expect(compare(recorded, known)).toEqual({
    compared: 2,
    ttft: { p50: 1, p99: 3, max: 3 },
    tpot: { p50: 0, p99: 0.5, max: 0.5 },
    latency: { p50: 1, p99: 10, max: 10 },
  });
});

test("what one side does not have is no error", () => {
  const known = new Map([
    ["0", truth("0", null, null, 310)],
    ["1", truth("1", 10, 10, 20, 1)],
  ]);
  const recorded = new Map([
    ["0", { ttftMs: 103, tpotMs: 20, latencyMs: 312 }],
    ["1", { ttftMs: null, tpotMs: 5, latencyMs: 24 }],
  ]);
  expect(compare(recorded, known)).toEqual({
    compared: 2,
    ttft: null,
    tpot: null,
    latency: { p50: 2, p99: 4, max: 4 },
  });
  expect(compare(new Map(), known)).toEqual({ compared: 0, ttft: null, tpot: null, latency: null });
});

test("before a run it is short, however many levels there are", () => {
  for (const parallels of [[1], [64], [1, 2, 4, 8, 16, 32]]) {
    const levels = parallels.map((parallel) => closedLevel(parallel, 1_000_000));
    const { timing, levels: brief } = briefly({ ...CONFIG, levels });
    const replyS = (timing.ttftMs + timing.itlMs * timing.tokens) / 1000;
    const seconds = brief.reduce((sum, { parallel, number }) => sum + (number! / parallel!) * replyS, 0);
    expect(brief.map(({ parallel }) => parallel)).toEqual(parallels);
    expect(seconds).toBeLessThan(20);
    expect(timing.ttftMs).toBeGreaterThan(0);
  }
});

test("a run's own --max-tokens bounds the replies", () => {
  expect(briefly({ ...CONFIG, params: { ...CONFIG.params, maxTokens: 8 } }).timing.tokens).toBe(8);
});
