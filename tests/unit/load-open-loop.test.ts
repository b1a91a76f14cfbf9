import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Due,
  OpenLoop,
  type OpenLoopDriver,
  type OpenLoopShape,
  type Schedule,
} from "../../src/load/open-loop.ts";

interface Sent {
  request: number;
  scheduled: number;
  released: number;
}

/** Requests are numbers, time is what the test says. */
class FakeDriver implements OpenLoopDriver<number> {
  clock = 0;
  available = Number.POSITIVE_INFINITY;
  readonly sent: Sent[] = [];
  readonly dropped: number[] = [];
  readonly running: (() => void)[] = [];
  peak = 0;
  #taken = 0;

  now = () => this.clock;
  room = () => true;

  take(): number | null {
    if (this.available === 0) return null;
    this.available--;
    return this.#taken++;
  }

  send(request: number, scheduled: number, released: number, done: () => void): void {
    this.sent.push({ request, scheduled, released });
    this.running.push(done);
    this.peak = Math.max(this.peak, this.running.length);
  }

  unsent(scheduled: number): void {
    this.dropped.push(scheduled);
  }

  finish(index = 0): void {
    const [done] = this.running.splice(index % this.running.length, 1);
    done?.();
  }
}

function listed(times: number[]): Schedule<number> {
  let next = 0;
  return { next: (): Due<number> | "end" => (next < times.length ? { atMs: times[next++]!, request: null } : "end") };
}

function loopOf(schedule: Schedule<number>, shape: Partial<OpenLoopShape> = {}) {
  const driver = new FakeDriver();
  let ends = 0;
  const loop = new OpenLoop(driver, schedule, { slots: null, quota: null, untilMs: null, ...shape }, () => ends++);
  const at = (clock: number) => {
    driver.clock = clock;
    loop.wake();
  };
  return { driver, loop, at, ends: () => ends };
}

describe("without a bound", () => {
  test("everything goes out when it is due, whatever is still in flight", () => {
    const { driver, loop, at, ends } = loopOf(listed([0, 10, 10, 30]));
    loop.start(0);
    at(9);
    expect(driver.sent.map((sent) => sent.scheduled)).toEqual([0]);
    at(31);
    expect(driver.sent).toEqual([
      { request: 0, scheduled: 0, released: 0 },
      { request: 1, scheduled: 10, released: 10 },
      { request: 2, scheduled: 10, released: 10 },
      { request: 3, scheduled: 30, released: 30 },
    ]);
    expect(ends()).toBe(0);
    while (driver.running.length > 0) driver.finish();
    expect(ends()).toBe(1);
  });

  test("a late timer moves no later time", () => {
    const { driver, loop, at } = loopOf(listed([0, 10, 20, 30, 1000]));
    loop.start(0);
    at(35);
    expect(driver.sent.map((sent) => sent.scheduled)).toEqual([0, 10, 20, 30]);
  });

  test("what waits for its input goes out when that comes, scheduled when it was due", () => {
    const { driver, loop, at } = loopOf(listed([0, 10]));
    driver.available = 0;
    loop.start(0);
    at(50);
    expect(driver.sent).toEqual([]);
    driver.available = 2;
    at(60);
    expect(driver.sent.map(({ scheduled, released }) => [scheduled, released])).toEqual([
      [0, 0],
      [10, 10],
    ]);
  });

  test("the timer is its own", async () => {
    const driver = new FakeDriver();
    driver.now = () => performance.now();
    const loop = new OpenLoop(driver, listed([5, 15, 25]), { slots: null, quota: null, untilMs: null }, () => {});
    const start = performance.now();
    loop.start(start);
    while (driver.sent.length < 3 && performance.now() < start + 5000) await Bun.sleep(1);
    expect(driver.sent.map(({ scheduled }) => Math.round(scheduled - start))).toEqual([5, 15, 25]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(25);
  });
});

describe("bounded by slots", () => {
  test("who is due waits for a slot, and its release is the moment one came free", () => {
    const { driver, loop, at } = loopOf(listed([0, 10, 20]), { slots: 1 });
    loop.start(0);
    at(25);
    expect(driver.sent).toHaveLength(1);
    driver.clock = 40;
    driver.finish();
    driver.clock = 70;
    driver.finish();
    expect(driver.sent.slice(1)).toEqual([
      { request: 1, scheduled: 10, released: 40 },
      { request: 2, scheduled: 20, released: 70 },
    ]);
  });

  test("a slot that was free when it was due is released then, however late the timer", () => {
    const { driver, loop, at } = loopOf(listed([10]), { slots: 1 });
    loop.start(0);
    at(14);
    expect(driver.sent).toEqual([{ request: 0, scheduled: 10, released: 10 }]);
  });

  test("a stop leaves what waits unsent, and waits for what is in flight", () => {
    const { driver, loop, at, ends } = loopOf(listed([0, 10, 20, 500]), { slots: 1 });
    loop.start(0);
    at(30);
    loop.stop();
    expect(driver.dropped).toEqual([10, 20]);
    expect(ends()).toBe(0);
    driver.finish();
    expect(ends()).toBe(1);
    expect(driver.sent).toHaveLength(1);
  });
});

test("a quota and an end in time cut the schedule", () => {
  const quota = loopOf(listed([0, 1, 2, 3]), { quota: 2 });
  quota.loop.start(0);
  quota.at(10);
  expect(quota.driver.sent).toHaveLength(2);
  const until = loopOf(listed([0, 10, 20, 30]), { untilMs: 20 });
  until.loop.start(0);
  until.at(100);
  expect(until.driver.sent.map((sent) => sent.scheduled)).toEqual([0, 10]);
});

test("a schedule that is not known yet goes on when it is", () => {
  const known: (Due<number> | "end")[] = [{ atMs: 0, request: 7 }];
  const { driver, loop, at, ends } = loopOf({ next: () => known.shift() ?? "later" });
  loop.start(0);
  at(10);
  expect(driver.sent.map((sent) => sent.request)).toEqual([7]);
  known.push({ atMs: 5, request: 8 }, "end");
  at(20);
  expect(driver.sent.map((sent) => [sent.request, sent.scheduled])).toEqual([
    [7, 0],
    [8, 5],
  ]);
  driver.finish();
  driver.finish();
  expect(ends()).toBe(1);
});

test("an empty schedule is done at its start", () => {
  const { loop, ends } = loopOf(listed([]));
  loop.start(0);
  expect(ends()).toBe(1);
});

test("whatever happens in whatever order: each arrival is sent or unsent once, in order, never above the slots", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(40) }),
    fc.record({ kind: fc.constant("finish" as const), index: fc.nat(20) }),
    fc.record({ kind: fc.constant("feed" as const), count: fc.nat(10) }),
  );
  const times = fc.array(fc.nat(300), { maxLength: 60 }).map((list) => list.toSorted((a, b) => a - b));
  const slots = fc.option(fc.integer({ min: 1, max: 8 }), { nil: null });
  fc.assert(
    fc.property(times, slots, fc.array(step, { maxLength: 80 }), (due, bound, steps) => {
      const { driver, loop, at, ends } = loopOf(listed(due), { slots: bound });
      driver.available = 0;
      loop.start(0);
      for (const next of steps) {
        if (next.kind === "wait") at(driver.clock + next.ms);
        else if (next.kind === "finish") driver.finish(next.index);
        else {
          driver.available += next.count;
          loop.wake();
        }
      }
      at(1000);
      loop.stop();
      while (driver.running.length > 0) driver.finish();
      expect(ends()).toBe(1);
      expect([...driver.sent.map((sent) => sent.scheduled), ...driver.dropped]).toEqual(due);
      for (const { scheduled, released } of driver.sent) expect(released).toBeGreaterThanOrEqual(scheduled);
      if (bound !== null) expect(driver.peak).toBeLessThanOrEqual(bound);
    }),
  );
});
