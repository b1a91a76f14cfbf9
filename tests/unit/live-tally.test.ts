import { expect, test } from "bun:test";
import { Tally } from "../../src/live/tally.ts";
import type { RateSegment } from "../../src/load/rate-curve.ts";
import type { Stage } from "../../src/load/stages.ts";
import { speaker } from "../../src/report/language.ts";
import { rated, stageOf } from "./load-fixture.ts";
import { request } from "./record-fixture.ts";

const failed = (id: number) =>
  request({ id, at: id, ending: { ok: false, kind: "connect", message: "nobody listens" }, times: [] });

test("a progress that was taken keeps the counts of its moment", () => {
  const tally = new Tally();
  tally.finished([failed(1)]);
  const then = tally.progress();
  tally.finished([failed(2), failed(3)]);
  expect([then.failed, then.errors.get("connect")]).toEqual([1, 1]);
  const now = tally.progress();
  expect([now.failed, now.errors.get("connect")]).toEqual([3, 3]);
});

const open = { parallel: null, number: null, shape: rated(20) };

test("without counts the time says how far a run is", async () => {
  const tally = new Tally();
  const stages = [stageOf({ ...open, durationS: 0.05 }), stageOf({ ...open, index: 1, level: 1, durationS: 0.05 })];
  tally.planned(stages);
  expect(tally.progress()).toMatchObject({ total: null, timeShare: null });
  tally.stage(stages[0]!);
  expect(tally.progress().timeShare!).toBeLessThan(0.5);
  expect(tally.progress().levelLabel).toBe("20/s");
  await Bun.sleep(70);
  // Whatever it takes to drain: the next stage has not begun.
  expect(tally.progress().timeShare).toBeCloseTo(0.5, 9);
  tally.stage(stages[1]!);
  expect(tally.progress().timeShare!).toBeGreaterThanOrEqual(0.5);
});

test("counts alone have no time, and a stage whose end nobody knows has neither", () => {
  const progress = (...stages: Stage[]) => {
    const tally = new Tally();
    tally.planned(stages);
    tally.stage(stages[0]!);
    return tally.progress();
  };
  expect(progress(stageOf({ number: 5 }), stageOf({ index: 1, number: 7 }))).toMatchObject({
    total: 12,
    timeShare: null,
  });
  expect(progress(stageOf({ number: 5 }), stageOf({ ...open, index: 1, durationS: 9 }))).toMatchObject({
    total: null,
    timeShare: null,
    levelLabel: "1 at once",
  });
  const bounded = stageOf({ ...open, parallel: 4, phase: "warmup" });
  expect(progress(bounded).levelLabel).toBe("20/s, 4 at once at most, warm-up");
});

test("turns are requests, and conversations what is counted", () => {
  const tally = new Tally();
  const turn = (id: number, turn: number) => request({ id, at: id, conversationId: "c", turn, turns: 2 });
  tally.finished([turn(1, 0)]);
  expect(tally.progress()).toMatchObject({ done: 0, ended: 1, conversations: true });
  tally.finished([turn(2, 1), turn(3, 0)]);
  expect(tally.progress()).toMatchObject({ done: 1, ended: 3 });
});

test("a level's load in Chinese", () => {
  const tally = new Tally(speaker("zh"));
  tally.stage(stageOf({ ...open, parallel: 4, phase: "warmup" }));
  expect(tally.progress().levelLabel).toBe("20/s, 并发最多 4, 预热");
  tally.stage(stageOf({ number: 5 }));
  expect(tally.progress().levelLabel).toBe("并发 1");
});

test("what was never sent, or given up on purpose, is no failure and makes no rate", () => {
  const tally = new Tally();
  const given = (id: number, kind: "unsent" | "cancelled_on_purpose") =>
    request({ id, at: id, ending: { ok: false, kind, message: "" }, times: [] });
  tally.finished([given(1, "unsent"), given(2, "cancelled_on_purpose"), failed(3)]);
  expect(tally.progress()).toMatchObject({ done: 3, ended: 1, failed: 1, apart: 2 });
  expect([...tally.progress().errors.keys()]).toEqual(["connect"]);
});

test("a level whose rate changes is named by its course, a steady one by its rate to the last digit", () => {
  const label = (course: RateSegment[], parallel: number | null = null) => {
    const tally = new Tally();
    tally.stage(stageOf({ parallel, shape: { ...rated(1), course } }));
    return tally.progress().levelLabel;
  };
  const course = [
    { from: 10, to: 10, overS: 2 },
    { from: 0, to: 20, overS: 2 },
  ];
  expect(label(course)).toBe("10:2s+0-20:2s req/s");
  expect(label(course, 64)).toBe("10:2s+0-20:2s req/s, 64 at once at most");
  expect(label([{ from: 1234, to: 1234, overS: null }])).toBe("1234/s");
});
