import { describe, expect, test } from "bun:test";
import { OpenLoop, type OpenLoopDriver } from "../../src/load/open-loop.ts";
import { ownTimes } from "../../src/load/trace-schedule.ts";

interface Timed {
  name: string;
  atS: number;
}

const timed = (name: string, atS: number): Timed => ({ name, atS });

describe("a trace's own times", () => {
  test("are those of the next request, which comes along", () => {
    const waiting = [timed("a", 0.5), timed("b", 2)];
    const schedule = ownTimes(
      () => waiting.shift() ?? null,
      ({ atS }) => atS,
    );
    expect(schedule.next()).toEqual({ atMs: 500, request: timed("a", 0.5) });
    expect(schedule.next()).toEqual({ atMs: 2000, request: timed("b", 2) });
    expect(schedule.next()).toBe("later");
    waiting.push(timed("c", 3));
    expect(schedule.next()).toEqual({ atMs: 3000, request: timed("c", 3) });
  });

  test("an open loop sends by them, late ones at once, and ends with its quota", async () => {
    const waiting = [timed("a", 0), timed("b", 0.03)];
    const sent: { name: string; scheduled: number; late: number }[] = [];
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const driver: OpenLoopDriver<Timed> = {
      now: () => performance.now(),
      room: () => true,
      take: () => waiting.shift() ?? null,
      send({ name }, scheduled, _released, done) {
        sent.push({ name, scheduled: scheduled - start, late: performance.now() - scheduled });
        setTimeout(done, 1);
      },
      unsent: () => {},
    };
    const schedule = ownTimes(driver.take, ({ atS }) => atS);
    const loop = new OpenLoop(driver, schedule, { slots: null, quota: 3, untilMs: null }, resolve);
    const start = performance.now();
    loop.start(start);
    // The third comes long after its time.
    setTimeout(() => {
      waiting.push(timed("c", 0.04));
      loop.wake();
    }, 120);
    await over;
    expect(sent.map(({ name, scheduled }) => [name, Math.round(scheduled)])).toEqual([
      ["a", 0],
      ["b", 30],
      ["c", 40],
    ]);
    expect(sent[2]!.late).toBeGreaterThan(75);
  });
});
