import { describe, expect, test } from "bun:test";
import { type UserDriver, UserLoop, type UsersShape, type Walk } from "../../src/load/users.ts";

interface Sent {
  conversation: number;
  scheduled: number;
  released: number;
  at: number;
  walk: Walk;
  done: () => void;
}

class FakeDriver implements UserDriver<number> {
  readonly sent: Sent[] = [];
  available = Number.POSITIVE_INFINITY;
  #taken = 0;

  now = () => performance.now();
  room = () => true;

  take(): number | null {
    if (this.available === 0) return null;
    this.available--;
    return this.#taken++;
  }

  send(conversation: number, scheduled: number, released: number, done: () => void, walk: Walk): void {
    this.sent.push({ conversation, scheduled, released, at: this.now(), walk, done });
  }
}

function loopOf(changed: Partial<UsersShape> = {}) {
  const driver = new FakeDriver();
  let ends = 0;
  const shape = { users: 4, periodMs: 40, quota: null, deal: { turn: 0, engines: 1 }, ...changed };
  const loop = new UserLoop<number>(driver, shape, () => ends++);
  return { driver, loop, ends: () => ends };
}

async function until(what: () => boolean): Promise<void> {
  const end = performance.now() + 5000;
  while (!what()) {
    if (performance.now() > end) throw new Error("it did not come about");
    await Bun.sleep(1);
  }
}

describe("users", () => {
  test("begin one after the other within a period, each as far along as his place", async () => {
    const { driver, loop } = loopOf();
    const start = performance.now();
    loop.start(start);
    await until(() => driver.sent.length === 4);
    expect(driver.sent.map(({ scheduled }) => Math.round(scheduled - start))).toEqual([0, 10, 20, 30]);
    expect(driver.sent.map(({ walk }) => walk.age)).toEqual([0, 0.25, 0.5, 0.75]);
    expect(driver.sent.every(({ at, scheduled, released }) => at >= scheduled && released === scheduled)).toBe(true);
    loop.stop();
  });

  test("speak a period apart; what was due while they waited for a reply is released with it", async () => {
    const { driver, loop } = loopOf({ users: 1 });
    const start = performance.now();
    loop.start(start);
    await until(() => driver.sent.length === 1);
    const { walk } = driver.sent[0]!;
    const offsets = (ended: number) => {
      const { scheduled, released } = walk.next(start + ended);
      return [Math.round(scheduled - start), Math.round(released - start)];
    };
    expect(offsets(5)).toEqual([40, 40]);
    expect(offsets(130)).toEqual([80, 130]);
    // Times do not move by a late reply.
    expect(offsets(131)).toEqual([120, 131]);
    loop.stop();
  });

  test("begin another conversation at the next of their times, at its first turn", async () => {
    const { driver, loop } = loopOf({ users: 2, periodMs: 20 });
    const start = performance.now();
    loop.start(start);
    await until(() => driver.sent.length === 2);
    driver.sent[1]!.walk.next(start + 12);
    driver.sent[1]!.done();
    await until(() => driver.sent.length === 3);
    expect(Math.round(driver.sent[2]!.scheduled - start)).toBe(10 + 2 * 20);
    expect(driver.sent[2]!.walk.age).toBe(0);
    loop.stop();
  });

  test("are an engine's own where their place is, at the same times whatever the number of engines", async () => {
    const { driver, loop } = loopOf({ users: 5, periodMs: 50, deal: { turn: 1, engines: 2 } });
    const start = performance.now();
    loop.start(start);
    await until(() => driver.sent.length === 2);
    expect(driver.sent.map(({ scheduled }) => Math.round(scheduled - start))).toEqual([10, 30]);
    expect(driver.sent.map(({ walk }) => walk.age)).toEqual([0.2, 0.6]);
    loop.stop();
  });
});

test("so many conversations and no more, done once, when the last has ended", async () => {
  const { driver, loop, ends } = loopOf({ users: 2, periodMs: 4, quota: 5 });
  loop.start(performance.now());
  for (let ended = 0; ended < 5; ended++) {
    await until(() => driver.sent.length > ended);
    expect(ends()).toBe(0);
    driver.sent[ended]!.done();
  }
  expect(loop.spent).toBe(true);
  expect(driver.sent).toHaveLength(5);
  expect(ends()).toBe(1);
});

test("a user whose time has come waits for a request, and stays scheduled for that time", async () => {
  const { driver, loop } = loopOf({ users: 1 });
  driver.available = 0;
  const start = performance.now();
  loop.start(start);
  await Bun.sleep(10);
  expect(driver.sent).toHaveLength(0);
  driver.available = 1;
  loop.wake();
  expect(driver.sent).toMatchObject([{ scheduled: start, released: start }]);
  loop.stop();
});

test("stopped, nothing more is begun, and what goes on may end", async () => {
  const { driver, loop, ends } = loopOf({ periodMs: 400 });
  loop.start(performance.now());
  await until(() => driver.sent.length === 1);
  loop.stop();
  expect(ends()).toBe(0);
  driver.sent[0]!.done();
  expect(ends()).toBe(1);
  await Bun.sleep(120);
  expect(driver.sent).toHaveLength(1);
});
