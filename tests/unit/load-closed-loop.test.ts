import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ClosedLoop, type LoadDriver } from "../../src/load/closed-loop.ts";

/** A driver whose requests are numbers and end when the test says so. */
class FakeDriver implements LoadDriver<number> {
  clock = 0;
  /** Requests that are ready to be taken. */
  available = 0;
  spacious = true;
  readonly sent: { request: number; scheduled: number; released: number }[] = [];
  readonly running: (() => void)[] = [];
  peak = 0;
  #taken = 0;

  now = () => this.clock;
  room = () => this.spacious;

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

  /** Ends one of those that run. */
  finish(index: number): void {
    const [done] = this.running.splice(index % this.running.length, 1);
    done?.();
  }
}

function loopOf(slots: number, quota: number, available = Number.POSITIVE_INFINITY) {
  const driver = new FakeDriver();
  driver.available = available;
  let ends = 0;
  const loop = new ClosedLoop<number>(driver, slots, quota, () => ends++);
  return { driver, loop, ends: () => ends };
}

/** Waits until all slots are open, which takes a few turns of the event loop. */
async function opened(driver: FakeDriver, count: number): Promise<void> {
  const end = performance.now() + 5000;
  while (driver.sent.length < count) {
    if (performance.now() > end) throw new Error(`${driver.sent.length} sent, not ${count}`);
    await Bun.sleep(1);
  }
}

describe("a property of every load", () => {
  test("never more than its slots in flight, exactly its quota sent, done once, whatever ends first", async () => {
    const steps = fc.array(fc.oneof(fc.nat(50), fc.constantFrom("wake" as const, "feed" as const)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.nat(60),
        steps,
        fc.nat(20),
        async (slots, quota, script, first) => {
          const { driver, loop, ends } = loopOf(slots, quota, first);
          loop.start(0);
          const act = (step: number | "wake" | "feed") => {
            driver.clock++;
            if (step === "feed") driver.available += 3;
            if (typeof step === "string") loop.wake();
            else if (driver.running.length > 0) driver.finish(step);
            expect(driver.running.length).toBeLessThanOrEqual(slots);
          };
          for (const step of script) act(step);
          // Whatever is missing comes now, and all that runs ends.
          driver.available += quota;
          loop.wake();
          if (slots > 32) await Bun.sleep(3);
          for (let k = 0; driver.running.length > 0; k++) act(k);
          if (driver.sent.length < quota) await opened(driver, quota);
          while (driver.running.length > 0) act(0);
          expect(driver.sent.map(({ request }) => request)).toEqual(Array.from({ length: quota }, (_, k) => k));
          expect(driver.peak).toBeLessThanOrEqual(slots);
          expect(ends()).toBe(1);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe("slots", () => {
  test("all of them open, and each sends its next one as soon as the one before has ended", async () => {
    const { driver, loop, ends } = loopOf(100, 250);
    loop.start(0);
    await opened(driver, 100);
    expect(driver.running).toHaveLength(100);
    driver.clock = 500;
    driver.finish(7);
    expect(driver.running).toHaveLength(100);
    expect(driver.sent.at(-1)).toEqual({ request: 100, scheduled: 500, released: 500 });
    while (driver.running.length > 0) driver.finish(0);
    expect(driver.sent).toHaveLength(250);
    expect(ends()).toBe(1);
  });

  test("no more of them than there are requests", async () => {
    const { driver, loop } = loopOf(1000, 3);
    loop.start(0);
    await Bun.sleep(10);
    expect(driver.sent).toHaveLength(3);
  });

  test("are not opened all in one turn, and not while there is no room", async () => {
    const { driver, loop } = loopOf(200, 200);
    driver.spacious = false;
    loop.start(0);
    await Bun.sleep(10);
    expect(driver.sent).toHaveLength(0);
    driver.spacious = true;
    await opened(driver, 1);
    expect(driver.sent.length).toBeLessThan(200);
    await opened(driver, 200);
  });
});

describe("starvation", () => {
  test("an idle slot is scheduled from when it came free, and the longest idle one is served first", () => {
    const { driver, loop } = loopOf(3, 10, 3);
    loop.start(0);
    for (const at of [10, 20, 30]) {
      driver.clock = at;
      driver.finish(0);
    }
    expect(driver.running).toHaveLength(0);
    driver.clock = 100;
    driver.available = 2;
    loop.wake();
    expect(driver.sent.slice(3).map(({ scheduled }) => scheduled)).toEqual([10, 20]);
    loop.wake();
    expect(driver.sent).toHaveLength(5);
    driver.available = 5;
    loop.wake();
    expect(driver.sent.at(-1)).toMatchObject({ scheduled: 30 });
    expect(driver.running).toHaveLength(3);
  });

  test("waking without need sends nothing twice", () => {
    const { driver, loop } = loopOf(2, 2);
    loop.start(0);
    loop.wake();
    loop.wake();
    expect(driver.sent).toHaveLength(2);
  });
});

describe("the end", () => {
  test.each([
    [0, 0],
    [5, 0],
  ])("%d slots and a quota of %d: done at the start", (slots, quota) => {
    const { driver, loop, ends } = loopOf(slots, quota);
    loop.start(0);
    expect(driver.sent).toHaveLength(0);
    expect(ends()).toBe(1);
    loop.stop();
    loop.wake();
    expect(ends()).toBe(1);
  });

  test("stopped: nothing more is sent, and it is done when what runs has ended", () => {
    const { driver, loop, ends } = loopOf(4, 100);
    loop.start(0);
    loop.stop();
    expect(ends()).toBe(0);
    loop.wake();
    for (let k = 3; k >= 0; k--) {
      driver.finish(k);
      expect(ends()).toBe(k === 0 ? 1 : 0);
    }
    expect(driver.sent).toHaveLength(4);
  });

  test("stopped before the start, or while it opens its slots", async () => {
    const before = loopOf(4, 100);
    before.loop.stop();
    before.loop.start(0);
    expect(before.driver.sent).toHaveLength(0);
    expect(before.ends()).toBe(1);

    const during = loopOf(500, 500);
    during.loop.start(0);
    during.loop.stop();
    await Bun.sleep(20);
    const sent = during.driver.sent.length;
    expect(sent).toBeLessThan(500);
    while (during.driver.running.length > 0) during.driver.finish(0);
    expect(during.driver.sent).toHaveLength(sent);
    expect(during.ends()).toBe(1);
  });

  test("stopped while it starves: done at once", () => {
    const { driver, loop, ends } = loopOf(2, 10, 2);
    loop.start(0);
    driver.finish(0);
    driver.finish(0);
    expect(ends()).toBe(0);
    loop.stop();
    expect(ends()).toBe(1);
    driver.available = 5;
    loop.wake();
    expect(driver.sent).toHaveLength(2);
  });
});

test("along a ramp a slot opens when its time has come, not before", async () => {
  const driver = new FakeDriver();
  driver.available = Number.POSITIVE_INFINITY;
  driver.now = () => performance.now();
  const start = performance.now();
  const openings: number[] = [];
  driver.send = (request, scheduled, released, done) => {
    openings.push(performance.now() - start);
    driver.sent.push({ request, scheduled, released });
    driver.running.push(done);
  };
  new ClosedLoop<number>(
    driver,
    5,
    5,
    () => {},
    (slot) => slot * 20,
  ).start(start);
  await opened(driver, 5);
  for (const [slot, at] of openings.entries()) expect(at).toBeGreaterThanOrEqual(slot * 20 - 0.1);
  expect(driver.sent.map(({ scheduled }) => Math.round(scheduled - start) >= 0)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
});
