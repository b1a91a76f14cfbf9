import { expect, test } from "bun:test";
import type { Goal, PrecisionRule, SearchConfig } from "../../src/config/plan.ts";
import type { LevelConfig } from "../../src/config/run-config.ts";
import type { StagePlan } from "../../src/load/plan.ts";
import type { Stage } from "../../src/load/stages.ts";
import type { PointRun } from "../../src/metrics/search-judge.ts";
import { searchSummary } from "../../src/metrics/search-summary.ts";
import { readSlaGoal } from "../../src/metrics/sla-params.ts";
import { readObjective } from "../../src/metrics/slo.ts";
import type { LevelSummary } from "../../src/metrics/summary-model.ts";
import { type Rounds, RoundsPlan } from "../../src/run/plan-rounds.ts";
import { SearchPlan } from "../../src/run/plan-search.ts";

const WARMUP = { num: 0, durationS: null };

function closed(parallel: number): LevelConfig {
  return { parallel, number: 10, durationS: null, shape: { kind: "closed", rampS: 0 } };
}

function open(rate: number): LevelConfig {
  const course = [{ from: rate, to: rate, overS: null }];
  return { parallel: null, number: 10, durationS: null, shape: { kind: "rate", pattern: { kind: "poisson" }, course } };
}

function figures(stage: Stage, ttft: number, tokens = 100): LevelSummary {
  const flat = { mean: ttft, p50: ttft, p99: ttft };
  return {
    level: stage.level,
    repeat: stage.repeat,
    parallel: stage.parallel,
    rate: null,
    requests: { success_rate: 1 },
    tokens: {},
    throughput: { output_tokens_per_s: tokens },
    ttft_ms: flat,
    ttft_with_failures_ms: { p99: { bound: "exact", value_ms: ttft } },
  } as unknown as LevelSummary;
}

/** Follows a plan to its end. */
async function follow(plan: StagePlan, after: (stage: Stage) => void = () => {}): Promise<Stage[]> {
  const stages: Stage[] = [];
  for (let stage = await plan.next(null); stage !== null; stage = await plan.next(stage)) {
    stages.push(stage);
    after(stage);
    if (stages.length > 500) throw new Error("the plan does not end");
  }
  expect(stages.map(({ index }) => index)).toEqual(stages.map((_, i) => i));
  return stages;
}

function rounds(change: Partial<Rounds>): { plan: RoundsPlan; notices: string[] } {
  const notices: string[] = [];
  const plan = new RoundsPlan({
    levels: [closed(1), closed(2)],
    warmup: WARMUP,
    repeat: 1,
    until: null,
    budget: { seconds: 600, repeats: 20 },
    read: (stage) => figures(stage, 100),
    notice: (line) => notices.push(line),
    now: () => 0,
    ...change,
  });
  return { plan, notices };
}

const EXACT: PrecisionRule = { text: "ttft_p99 ci<5%", metric: "ttft_ms", stat: "p99", within: 0.05 };
const places = (stages: Stage[]) => stages.map(({ level, repeat }) => [level, repeat]);

test("repeats are interleaved, each with its warm-up, and foreseen", async () => {
  const { plan } = rounds({ repeat: 2, warmup: { num: 3, durationS: null } });
  const stages = await follow(plan);
  expect(stages).toEqual(plan.foreseen);
  expect(stages.map(({ phase, level, repeat }) => `${phase} ${level} ${repeat}`)).toEqual([
    ...["warmup 0 0", "measure 0 0", "warmup 1 0", "measure 1 0"],
    ...["warmup 0 1", "measure 0 1", "warmup 1 1", "measure 1 1"],
  ]);
});

test("until: three times at least, and a level that is known well drops out", async () => {
  const read = (stage: Stage) => figures(stage, stage.level === 0 ? 100 : 100 + 10 * (stage.repeat % 2));
  const { plan, notices } = rounds({ until: EXACT, read });
  const stages = await follow(plan);
  expect(stages.filter(({ level }) => level === 0)).toHaveLength(3);
  // By hand: six runs 2.571 * 5.477 / sqrt(6) = 5.75, 5.5% of 105; seven 2.447 * 5.345 / sqrt(7) = 4.94, 4.7% of 104.
  expect(stages.filter(({ level }) => level === 1).length).toBe(7);
  expect(notices).toEqual([]);
});

test("until ends at the number of repeats, and says what is not known well", async () => {
  const read = (stage: Stage) => figures(stage, 100 * (1 + (stage.repeat % 2)));
  const { plan, notices } = rounds({ until: EXACT, read, budget: { seconds: 600, repeats: 5 } });
  expect(await follow(plan)).toHaveLength(10);
  expect(notices).toEqual(["5 repeats are done: ttft_p99 ci<5% does not hold yet at level 1, 2"]);
});

test("until ends where another run would overstep the time, three repeats excepted", async () => {
  let now = 0;
  const read = (stage: Stage) => figures(stage, 100 * (1 + (stage.repeat % 2)));
  const { plan, notices } = rounds({
    levels: [closed(1)],
    until: EXACT,
    read,
    now: () => now,
    budget: { seconds: 45, repeats: null },
  });
  const stages = await follow(plan, () => {
    now += 10_000;
  });
  expect(stages).toHaveLength(4);
  expect(notices[0]).toContain("--budget 45 s is spent");
});

test("a rate that the service cannot keep up with ends the higher ones, in later rounds too", async () => {
  const { plan, notices } = rounds({ levels: [open(10), open(20), open(40)], repeat: 2 });
  const stages = await follow(plan, (stage) => {
    if (stage.level === 1) plan.saturated(stage);
  });
  expect(places(stages)).toEqual([
    [0, 0],
    [1, 0],
    [0, 1],
  ]);
  expect(notices).toEqual(["left out, because the service cannot keep up with less: 40 requests/s"]);
});

const FIND: SearchConfig = {
  by: "parallel",
  start: 1,
  lowest: 1,
  highest: 65_536,
  runs: 3,
  judge: "majority",
  precision: 0.05,
  whole: true,
  number: { times: 10, least: 20 },
  durationS: null,
  goals: [{ kind: "hold", objectives: [readObjective("ttft_p99<500ms")] }],
};

const FAILED = { requests: { success_rate: 0.99 }, throughput: {}, ttft_ms: null } as unknown as LevelSummary;

/** A search of a service whose TTFT is a function of the load. */
async function find(
  config: SearchConfig,
  service: (load: number) => Partial<PointRun> & { ttft?: number; tokens?: number },
) {
  const runs: (PointRun & { position: number })[] = [];
  const notices: string[] = [];
  const plan = new SearchPlan({
    config,
    level: config.by === "rate" ? open(1) : closed(1),
    warmup: WARMUP,
    notice: (line) => notices.push(line),
    read(stage, load) {
      const { ttft = 100, tokens, ...said } = service(load);
      const run = { load, level: figures(stage, ttft, tokens), limited: false, saturated: false, ...said };
      runs.push({ ...run, position: runs.length });
      return run;
    },
  });
  const stages = await follow(plan);
  return { stages, notices, summary: searchSummary(config, runs) };
}

test("find: loads are levels, their runs repeats, and the summary judges as the search did", async () => {
  const { stages, notices, summary } = await find(FIND, (load) => ({ ttft: load <= 16 ? 100 : 900 }));
  expect(stages.length).toBeLessThanOrEqual(14);
  expect(stages[0]).toMatchObject({ parallel: 1, number: 20, level: 0, repeat: 0 });
  const at17 = stages.filter(({ parallel }) => parallel === 17);
  expect(at17.map(({ repeat, number }) => [repeat, number])).toEqual([
    [0, 170],
    [1, 170],
  ]);
  expect(new Set(at17.map(({ level }) => level)).size).toBe(1);
  expect(summary.answers).toEqual([
    { goal: "ttft_p99<500ms", end: "found", load: 16, text: "holds up to 16 at once, no longer at 17 at once" },
  ]);
  expect(summary.points.map(({ load }) => load)).toEqual([1, 2, 4, 8, 16, 17, 18, 20, 24, 32]);
  expect(summary.points.reduce((sum, { runs }) => sum + runs.length, 0)).toBe(stages.length);
  expect(notices[0]).toBe("1 at once, run 1: holds (ttft_p99<500ms: 100 ms)");
});

test("find by rate: each point is that rate for its time; what piles up does not hold", async () => {
  const config: SearchConfig = { ...FIND, by: "rate", whole: false, number: null, durationS: 30 };
  const { stages, summary } = await find(config, (load) => ({ saturated: load > 10 }));
  expect(stages[1]).toMatchObject({ parallel: null, number: null, durationS: 30 });
  expect(stages[1]!.shape).toMatchObject({ kind: "rate", course: [{ from: 2, to: 2 }] });
  expect(summary.answers[0]!.load!).toBeGreaterThan(9.5);
  expect(summary.answers[0]!.load!).toBeLessThanOrEqual(10);
});

test("find says the client is the limit, that nothing holds, that everything does, and that it was cut short", async () => {
  const client = await find(FIND, (load) => ({ limited: load > 8 }));
  expect(client.summary.answers[0]).toMatchObject({ end: "client_limited", load: 8 });
  expect(client.summary.answers[0]!.text).toContain("at 16 at once plumb's own machine is the limit");
  const none = await find(FIND, () => ({ ttft: 900 }));
  expect(none.summary.answers[0]).toMatchObject({ end: "none_holds", load: null });
  const all = await find({ ...FIND, highest: 20 }, () => ({}));
  expect(all.summary.answers[0]).toMatchObject({ end: "all_hold", load: 20 });
  expect(searchSummary(FIND, []).answers[0]).toMatchObject({ end: "unfinished", load: null });
});

test("evalscope's search: every load has all its runs, means decide, all requests must succeed", async () => {
  const goals: Goal[] = [readSlaGoal({ p99_ttft: "<500ms" }), readSlaGoal({ tps: "max" })];
  const config: SearchConfig = {
    ...FIND,
    ...{ start: 4, judge: "mean", precision: 0, number: { times: 2, least: 1 }, goals },
  };
  const { stages, summary } = await find(config, (load) => ({
    ttft: load <= 16 ? 100 : 900,
    tokens: 1000 - (load - 12) ** 2,
  }));
  expect(stages[0]).toMatchObject({ parallel: 4, number: 8 });
  for (const { runs } of summary.points) expect(runs).toHaveLength(3);
  expect(summary.answers.map(({ end, load }) => [end, load])).toEqual([
    ["found", 16],
    ["found", 12],
  ]);
  const failing = await find(config, (load) => (load > 8 ? { level: FAILED } : {}));
  expect(failing.summary.answers[0]?.load).toBe(8);
});

test("limits of --sla-params: a bare number is in that tool's unit", () => {
  expect(readSlaGoal({ avg_latency: "<=2", p99_ttft: "<500", p90_tpot: "<0.05s", rps: ">=3" })).toEqual({
    kind: "hold",
    objectives: [
      expect.objectContaining({ metric: "latency_ms", stat: "mean", op: "<=", limit: 2000 }),
      expect.objectContaining({ metric: "ttft_ms", stat: "p99", op: "<", limit: 500 }),
      expect.objectContaining({ metric: "tpot_ms", stat: "p90", limit: 50 }),
      expect.objectContaining({ metric: "requests_per_s", stat: null, op: ">=", limit: 3 }),
    ],
  });
  expect(() => readSlaGoal({ tps: "max", rps: ">1" })).toThrow("stands alone");
  expect(() => readSlaGoal({})).toThrow("without a figure");
  expect(() => readSlaGoal({ p99_ttft: 500 })).toThrow("a text");
});
