import { afterEach, describe, expect, test } from "bun:test";
import { Preparer } from "../../src/engine/prepared.ts";
import type { FromEngine, StageShare } from "../../src/engine/protocol.ts";
import { StageLoad } from "../../src/engine/stage-load.ts";
import { CLOSED, rated, STAGE } from "./load-fixture.ts";
import { paramsOf } from "./run-fixture.ts";

const now = () => performance.now();
const made: StageLoad[] = [];
afterEach(() => {
  for (const load of made.splice(0)) load.close();
});

/** A stage's load whose requests end when the test says so. */
class Bench {
  readonly messages: FromEngine[] = [];
  readonly sent: { scheduled: number; released: number; at: number }[] = [];
  readonly running: (() => void)[] = [];
  readonly givenUp: string[] = [];
  ended = 0;
  readonly load: StageLoad;
  #next = 0;

  constructor(share: Partial<StageShare>) {
    const preparer = new Preparer({ name: "p", buildRequest: () => ({ body: {} }) }, paramsOf(), "http://h/", {});
    this.load = new StageLoad(
      { ...STAGE, ...share },
      {
        now,
        pace: () => null,
        preparer,
        patienceS: 1,
        listed: () => [0, 0.02],
        send: (_, scheduled, released, done) => {
          this.sent.push({ scheduled, released, at: now() });
          this.running.push(done);
        },
        unix: (stamp) => stamp,
        post: (message) => this.messages.push(message),
        giveUp: (message) => this.givenUp.push(message),
        done: () => this.ended++,
      },
    );
    made.push(this.load);
  }

  get prepared(): number {
    return this.messages.filter(({ type }) => type === "prepared").length;
  }

  feed(count: number): void {
    const input = { kind: "prompt" as const, prompt: "" };
    this.load.push(Array.from({ length: count }, () => ({ id: this.#next++, input })));
  }
}

async function eventually(holds: () => boolean): Promise<void> {
  for (const until = now() + 5000; !holds(); await Bun.sleep(1)) if (now() > until) throw new Error("waited in vain");
}

describe("before it begins", () => {
  test("it is prepared when its first requests are built, says so once, and sends nothing before its moment", async () => {
    const bench = new Bench({ slots: 3, parallel: 3, quota: 9 });
    bench.feed(2);
    await Bun.sleep(20);
    expect(bench.prepared).toBe(0);
    bench.feed(4);
    await eventually(() => bench.prepared === 1);
    expect(bench.sent).toEqual([]);
    const at = now() + 40;
    bench.load.go(at);
    await eventually(() => bench.sent.length === 3);
    expect(Math.min(...bench.sent.map((sent) => sent.at))).toBeGreaterThanOrEqual(at - 1.5);
    expect(bench.prepared).toBe(1);
  });

  test("an open loop wants half of what it may hold, or its whole quota where that is less", async () => {
    const shape = rated(10);
    const wide = new Bench({ slots: null, quota: null, window: 64, shape });
    wide.feed(31);
    await Bun.sleep(20);
    expect(wide.prepared).toBe(0);
    wide.feed(1);
    await eventually(() => wide.prepared === 1);
    const short = new Bench({ slots: null, quota: 2, window: 64, shape });
    short.feed(2);
    await eventually(() => short.prepared === 1);
  });

  test("without a part in the stage it is prepared, and done when that begins", async () => {
    for (const shape of [CLOSED, rated(10)]) {
      const bench = new Bench({ slots: 0, quota: 0, shape });
      expect(bench.prepared).toBe(1);
      bench.load.go(now());
      await eventually(() => bench.ended === 1);
    }
  });

  test("stopped, it is done and never begins", async () => {
    const bench = new Bench({ slots: 2, quota: 9, shape: rated(1000) });
    bench.feed(9);
    bench.load.go(now() + 20);
    bench.load.stop();
    expect(bench.ended).toBe(1);
    await Bun.sleep(50);
    expect([bench.sent.length, bench.ended]).toEqual([0, 1]);
  });
});

describe("its times", () => {
  test("count from the common start, however late this engine hears of it; each engine has its own", async () => {
    const start = now() - 100;
    const benches = [0, 1].map((turn) => {
      const share = { slots: null, quota: 5, shape: rated(100), deal: { turn, engines: 2 } };
      const bench = new Bench(share);
      bench.feed(5);
      bench.load.go(start);
      return bench;
    });
    await eventually(() => benches.every(({ sent }) => sent.length === 5));
    for (const [turn, { sent }] of benches.entries()) {
      const due = sent.map(({ scheduled }) => Math.round(scheduled - start));
      expect(due).toEqual([0, 20, 40, 60, 80].map((ms) => ms + 10 * turn));
    }
  });

  test("are a file's, where a file lists them", async () => {
    const shape = { kind: "listed", file: "f", count: 2, lastS: 0.02, mostASecond: 2 } as const;
    const bench = new Bench({ slots: null, quota: 2, shape });
    bench.feed(2);
    const start = now();
    bench.load.go(start);
    await eventually(() => bench.sent.length === 2);
    expect(bench.sent.map(({ scheduled }) => Math.round(scheduled - start))).toEqual([0, 20]);
  });

  test("end: nothing falls due any more, what waits for a slot is unsent, and it is done when the rest has ended", async () => {
    const bench = new Bench({ slots: 2, quota: null, shape: rated(100), untilMs: 100 });
    bench.feed(64);
    const start = now();
    bench.load.go(start);
    await eventually(() => bench.messages.some(({ type }) => type === "unsent"));
    const unsent = bench.messages.flatMap((message) => (message.type === "unsent" ? message.scheduled : []));
    expect(unsent.map((at) => Math.round(at - start))).toEqual([20, 30, 40, 50, 60, 70, 80, 90]);
    expect([bench.sent.length, bench.ended]).toEqual([2, 0]);
    for (const done of bench.running) done();
    expect([bench.sent.length, bench.ended]).toEqual([2, 1]);
  });

  test("along a ramp a slot opens in its turn among those of all engines", async () => {
    const shape = { kind: "closed", rampS: 0.4 } as const;
    const bench = new Bench({ slots: 2, parallel: 4, quota: 9, shape, deal: { turn: 1, engines: 2 } });
    bench.feed(9);
    const start = now();
    bench.load.go(start);
    await eventually(() => bench.sent.length === 2);
    const [first, second] = bench.sent.map(({ at }) => at - start);
    expect(first!).toBeGreaterThanOrEqual(99);
    expect(second!).toBeGreaterThanOrEqual(299);
  });
});

describe("the drain", () => {
  test("begins when the last has been sent, and gives up what is left, by name", async () => {
    const bench = new Bench({ slots: 2, quota: 2, drainS: 0.05 });
    bench.feed(2);
    bench.load.go(now());
    await eventually(() => bench.givenUp.length > 0);
    expect(now() - bench.sent[1]!.at).toBeGreaterThanOrEqual(49);
    expect(bench.givenUp).toEqual(["not done 0.05 s after the last was sent (--drain)"]);
  });

  test("is nothing where all has ended by then, or nobody asked for it", async () => {
    const ended = new Bench({ slots: 1, quota: 1, drainS: 0.03 });
    const patient = new Bench({ slots: 1, quota: 1 });
    for (const bench of [ended, patient]) {
      bench.feed(1);
      bench.load.go(now());
      await eventually(() => bench.sent.length === 1);
    }
    ended.running[0]!();
    await Bun.sleep(60);
    expect([ended.givenUp, patient.givenUp]).toEqual([[], []]);
    expect([ended.ended, patient.ended]).toEqual([1, 0]);
  });
});

test("what is built after the end asks main for nothing", async () => {
  const bench = new Bench({ slots: 1, quota: 1 });
  bench.feed(1);
  bench.load.go(now());
  await eventually(() => bench.sent.length === 1);
  bench.running[0]!();
  const before = bench.messages.length;
  bench.feed(100);
  await Bun.sleep(10);
  expect(bench.messages).toHaveLength(before);
});
