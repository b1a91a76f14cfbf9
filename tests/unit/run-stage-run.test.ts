import { expect, test } from "bun:test";
import type { Stage } from "../../src/load/stages.ts";
import { levelRow, StageRun } from "../../src/run/stage-run.ts";
import { FakeEngine } from "./fake-engine.ts";
import { rated, stageOf } from "./load-fixture.ts";
import { configOf } from "./run-fixture.ts";

class SkewedEngine extends FakeEngine {
  constructor(
    index: number,
    override readonly clockOffsetMs: number,
  ) {
    super(index);
  }
}

/** @param inputs that the dataset gives before it fails */
function stageRun(stage: Stage, offsets = [0], inputs = Number.POSITIVE_INFINITY) {
  const engines = offsets.map((offset, index) => new SkewedEngine(index, offset));
  for (const engine of engines) engine.answers = false;
  const all = { all: engines, send: (engine: number, message: never) => engines[engine]!.send(message) };
  let left = inputs;
  const source = {
    take: async (count: number) => {
      if (left === 0) throw new Error("the dataset is broken");
      const given = Math.min(count, left);
      left -= given;
      return Array.from({ length: given }, () => ({ kind: "prompt" as const, prompt: "" }));
    },
  };
  const run = { config: configOf({ seed: 3, drainS: 7 }), runId: "r", engines: all as never, source };
  return { engines, run: new StageRun(stage, run, 100, () => {}) };
}

const went = (engine: FakeEngine) => engine.orders.flatMap((order) => (order.type === "go" ? [order.atMs] : []));

test("all engines begin at the same moment by the clock of each, once the last is prepared", () => {
  const { engines, run } = stageRun(stageOf({ index: 4, parallel: 4, number: 8 }), [0, 250, -30]);
  run.start();
  run.prepared(0, 4);
  run.prepared(2, 4);
  run.prepared(2, 4);
  run.prepared(1, 3);
  expect(engines.flatMap(went)).toEqual([]);
  const before = performance.timeOrigin + performance.now();
  run.prepared(1, 4);
  const [first, second, third] = engines.map((engine) => went(engine)[0]!);
  expect(first!).toBeGreaterThan(before);
  expect(first!).toBeLessThan(before + 5000);
  expect([second! - first!, third! - first!].map(Math.round)).toEqual([250, -30]);
});

test("a dataset that fails before the first batch is full: all begin with what there is, and stop when it is used", async () => {
  const { engines, run } = stageRun(stageOf({ index: 2, parallel: 8, number: 100 }), [0, 0], 3);
  run.start();
  await Bun.sleep(5);
  expect(engines.map((engine) => went(engine).length)).toEqual([1, 1]);
  // Too late to matter: what it has is on its way.
  run.prepared(0, 2);
  expect(engines.map((engine) => went(engine).length)).toEqual([1, 1]);
  const stops = () => engines.map(({ orders }) => orders.filter(({ type }) => type === "stop").length);
  run.finished(0, [100, 102]);
  expect(stops()).toEqual([0, 0]);
  run.finished(1, [101]);
  expect(stops()).toEqual([1, 1]);
});

test("an engine hears its share, and the seed that all have", () => {
  const { engines, run } = stageRun(stageOf({ parallel: null, number: null, durationS: 2, shape: rated(300) }), [0, 0]);
  run.start();
  const shares = engines.map(
    ({ orders }) => orders.flatMap((order) => (order.type === "stage" ? [order.stage] : []))[0]!,
  );
  expect(shares[0]).toMatchObject({ slots: null, quota: null, untilMs: 2000, drainS: 7, window: 300 });
  expect(shares.map(({ deal }) => deal)).toEqual([
    { turn: 0, engines: 2 },
    { turn: 1, engines: 2 },
  ]);
  expect(shares[1]!.seed).toBe(shares[0]!.seed);
});

test("what was due and not sent has a row, with numbers that nothing else has", async () => {
  const { run } = stageRun(stageOf({ parallel: 2, number: null, durationS: 9, shape: rated(10) }));
  run.start();
  await Bun.sleep(5);
  const given = run.feed.next;
  expect(given).toBeGreaterThan(100);
  const rows = run.unsent(0, [12.5, 13]);
  expect(rows.map(({ outcome }) => [outcome.id, outcome.scheduledTime, outcome.sentTime])).toEqual([
    [given, 12.5, null],
    [given + 1, 13, null],
  ]);
  expect(rows[0]!.outcome.ending).toMatchObject({ ok: false, kind: "unsent" });
  expect(run.feed.next).toBe(given + 2);
});

test("of an engine that died in open loop only what is known to be on the wire is lost", async () => {
  const { run } = stageRun(stageOf({ parallel: 50, number: 100, shape: rated(10) }));
  run.start();
  await Bun.sleep(5);
  run.sent(0, [
    [100, 1],
    [101, 2],
  ]);
  run.finished(0, [100]);
  expect(run.lost(0, "gone").map(({ outcome }) => outcome.id)).toEqual([101]);
});

test("a level's row says what was asked", () => {
  const course = [{ from: 0, to: 50, overS: 20 }];
  const stage = stageOf({ parallel: null, number: null, durationS: 30, shape: { ...rated(1), course } });
  expect(levelRow(stage)).toMatchObject({ parallel: null, number: null, durationS: 30, rate: 50, rampS: 20 });
});
