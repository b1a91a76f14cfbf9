import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { summarise } from "../../src/metrics/summary.ts";
import type { LevelSummary } from "../../src/metrics/summary-model.ts";
import { openRun } from "../../src/record/reader.ts";
import { conversationLines } from "../../src/report/render-conversations.ts";
import {
  levelRow,
  type MadeRequest,
  type MadeRun,
  mixedRun,
  recordRun,
  request,
  START,
  temporaryFolder,
} from "./record-fixture.ts";

function levelOf(made: MadeRun): LevelSummary {
  using folder = temporaryFolder();
  recordRun(folder.file, made);
  using reader = openRun(folder.file);
  return summarise(reader).levels[0]!;
}

/** A turn of conversation `number`, `ttft` and `end` in milliseconds. */
function turn(number: number, index: number, at: number, changed: Partial<MadeRequest> & { ttft?: number } = {}) {
  const { ttft = 50, ...rest } = changed;
  return request({
    id: 1024 * number + index,
    at,
    times: [ttft * 1000, 100_000],
    conversationId: `c${number}`,
    turn: index,
    turns: 3,
    ...rest,
  });
}

const FAILED = { ok: false, kind: "reset", message: "" } as const;

/** One of three turns, one whose second turn fails, one that the end of the load cuts short, one begun in the middle. */
const MADE: MadeRun = {
  requests: [
    turn(0, 0, 0, { ttft: 80, promptTokens: 10, completionTokens: 5 }),
    turn(0, 1, 1, { ttft: 40, promptTokens: 20, completionTokens: 5, cachedTokens: 12 }),
    turn(0, 2, 2, { ttft: 30, promptTokens: 30, completionTokens: 5, cachedTokens: 20 }),
    turn(1, 0, 0, { ttft: 60 }),
    turn(1, 1, 1, { ending: FAILED }),
    turn(2, 0, 0, { ttft: 70, firstAnswerLatency: null }),
    turn(3, 2, 0, { ttft: 90, cachedTokens: 3 }),
  ],
};

test("first turns against later ones, and each turn by itself", () => {
  const { turns } = levelOf(MADE);
  expect(turns?.first).toMatchObject({ requests: 3, failed: 0, cached_tokens: null, cache_hit_rate: null });
  expect(turns?.first?.ttft_ms).toMatchObject({ min: 60, max: 80, p50: 70 });
  expect(turns?.later).toMatchObject({ requests: 4, failed: 1, cached_tokens: 35 });
  expect(turns?.later?.ttft_ms).toMatchObject({ min: 30, max: 90, p50: 40 });
  expect(turns?.by_turn.map((of) => [of.turn, of.requests, of.ttft_ms?.p50, of.cached_tokens])).toEqual([
    [0, 3, 70, null],
    [1, 2, 40, 12],
    [2, 2, 30, 23],
  ]);
});

test("the hit rate is of what was said before: the turn before's prompt and completion", () => {
  const { turns, conversations } = levelOf(MADE);
  expect(turns?.by_turn.map(({ cache_hit_rate }) => cache_hit_rate)).toEqual([null, 12 / 15, 20 / 25]);
  // What was before the turn that a conversation was begun at is not known.
  expect(turns?.later?.cache_hit_rate).toBe(32 / 40);
  expect(conversations).toMatchObject({ cached_tokens: 35, cache_hit_rate: 32 / 40 });
});

test("conversations: completed, abandoned, cut short, and what was never sent of them", () => {
  const { conversations } = levelOf(MADE);
  expect(conversations).toMatchObject({ total: 4, completed: 2, abandoned: 1, cut_short: 1, turns_not_sent: 1 + 2 });
  expect(conversations?.turns).toMatchObject({ min: 1, max: 3, mean: 7 / 4 });
  // The one that was begun in its middle is no whole one.
  expect(conversations?.duration_s).toMatchObject({ min: expect.closeTo(2.1, 6), max: expect.closeTo(2.1, 6) });
  expect(conversations?.first_answer_ms).toMatchObject({ min: expect.closeTo(60, 3), max: expect.closeTo(90, 3) });
  expect(conversations?.last_answer_ms).toMatchObject({ p50: expect.closeTo(2030, 3) });
});

test("the SQL of the documentation says the same", () => {
  const text = readFileSync(join(import.meta.dir, "../../docs/metrics.md"), "utf8");
  const [section] = text.slice(text.indexOf("\n### Conversations")).split("\n## ");
  const blocks = [...section!.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, sql]) => sql!);
  using folder = temporaryFolder();
  recordRun(folder.file, MADE);
  using reader = openRun(folder.file);
  const { conversations, turns } = summarise(reader).levels[0]!;
  const [hitRate, abandoned, byTurn] = blocks.map((sql) => [...reader.query(sql).rows]);
  expect(hitRate).toEqual([[conversations!.cache_hit_rate]]);
  expect(abandoned).toEqual([[conversations!.abandoned]]);
  expect(byTurn!.map(([turn]) => turn)).toEqual(turns!.by_turn.map(({ turn }) => turn));
});

test("at a rate a turn's latency counts from when it was due", () => {
  const late = turn(0, 0, 5, { scheduledTime: START + 4 });
  const latency = (rate: number | null) =>
    levelOf({ levels: [levelRow({ rate })], requests: [late] }).turns?.first?.latency_ms?.p50;
  expect(latency(null)).toBeCloseTo(100, 3);
  expect(latency(2)).toBeCloseTo(1100, 3);
});

test("single requests have neither, and nothing is said of them", () => {
  const level = levelOf(mixedRun(20));
  expect("turns" in level || "conversations" in level).toBe(false);
  expect(conversationLines(level, 80)).toEqual([]);
});

test("the table: what became of them, and what the first turn cost against the others", () => {
  const text = conversationLines(levelOf(MADE), 200).join("\n");
  expect(text).toContain(
    "4 conversations, 2 completed, 1 abandoned after a failed turn, 1 cut short by the end of the load",
  );
  expect(text).toContain("3 turns not sent, 1.75 turns each");
  expect(text).toContain("80.00% of what was said before came from the cache");
  expect(text).toContain("first: 3, TTFT p50 70.0 ms, p99 80.0 ms");
  expect(text).toContain("later: 4, 1 failed, TTFT p50 40.0 ms, p99 90.0 ms");
});
