import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Input } from "../../src/contract/input.ts";
import type { Arrival } from "../../src/engine/protocol.ts";
import { shareOf, windowOf } from "../../src/load/stages.ts";
import { Feed, type InputSource } from "../../src/run/feed.ts";
import { CLOSED } from "./load-fixture.ts";

/** Numbered inputs, without end. */
class Numbers implements InputSource {
  taken = 0;
  failAt = Number.POSITIVE_INFINITY;
  readonly asked: number[] = [];

  async take(count: number): Promise<Input[]> {
    this.asked.push(count);
    await Promise.resolve();
    if (this.taken >= this.failAt) throw new Error("the file is gone");
    // At least one, as many sources do.
    const given = Math.max(1, Math.ceil(count / 2));
    return Array.from({ length: given }, () => ({ kind: "prompt", prompt: String(this.taken++) }));
  }
}

/** Engines that hold what they are given until the test lets them use it. */
class FakeEngines {
  readonly held: Arrival[][];
  readonly given: Arrival[][];
  readonly used: number[];
  readonly windows: number[];
  peak: number[];
  readonly errors: unknown[] = [];
  readonly feed: Feed;

  constructor(
    readonly source: InputSource,
    readonly shares: { quota: number | null; window: number }[],
    first = 0,
  ) {
    this.held = shares.map(() => []);
    this.given = shares.map(() => []);
    this.used = shares.map(() => 0);
    this.peak = shares.map(() => 0);
    this.windows = shares.map(({ window }) => window);
    const give = (engine: number, arrivals: Arrival[]) => {
      this.held[engine]!.push(...arrivals);
      this.given[engine]!.push(...arrivals);
      this.peak[engine] = Math.max(this.peak[engine]!, this.held[engine]!.length);
    };
    this.feed = new Feed(source, first, shares, give, (error) => this.errors.push(error));
  }

  /** Uses some of what an engine holds, and tells of it. */
  use(engine: number, count: number, skip: (arrival: Arrival) => boolean = () => false): void {
    const arrivals = this.held[engine]!.splice(0, count);
    if (arrivals.length === 0) return;
    const skipped = arrivals.filter(skip).length;
    this.used[engine] = this.used[engine]! + arrivals.length - skipped;
    this.feed.credit(engine, arrivals.length, skipped);
  }
}

function sharesOf(parallel: number, number: number, engines: number) {
  return Array.from({ length: engines }, (_, engine) => {
    const share = shareOf({ parallel, number }, engine, engines);
    return { quota: share.quota, window: windowOf(CLOSED, share) };
  });
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

const size = fc.record({
  parallel: fc.integer({ min: 1, max: 80 }),
  number: fc.integer({ min: 0, max: 400 }),
  engines: fc.integer({ min: 1, max: 5 }),
  first: fc.nat(1000),
});
const script = fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 60 })), { maxLength: 30 });

describe("every arrival", () => {
  test("k goes to engine k mod N, in order, with ids without gaps; no engine holds more than its window", async () => {
    await fc.assert(
      fc.asyncProperty(size, script, async ({ parallel, number, engines, first }, steps) => {
        const fake = new FakeEngines(new Numbers(), sharesOf(parallel, number, engines), first);
        fake.feed.pump();
        for (const [engine, count] of steps) {
          await settled();
          fake.use(engine % engines, count);
        }
        for (let turn = 0; turn < 2000 && fake.used.reduce((a, b) => a + b, 0) < number; turn++) {
          await settled();
          fake.use(turn % engines, 1000);
        }
        const active = Math.min(engines, parallel);
        const all = fake.given.flat().sort((a, b) => a.id - b.id);
        expect(all.map(({ id }) => id)).toEqual(Array.from({ length: number }, (_, k) => first + k));
        expect(all.map(({ input }) => (input.kind === "prompt" ? Number(input.prompt) : -1))).toEqual(
          Array.from({ length: number }, (_, k) => k),
        );
        for (const [engine, arrivals] of fake.given.entries()) {
          expect(arrivals.every(({ id }) => (id - first) % active === engine)).toBe(true);
          expect(arrivals.map(({ id }) => id)).toEqual(arrivals.map(({ id }) => id).sort((a, b) => a - b));
          expect(fake.peak[engine]!).toBeLessThanOrEqual(fake.windows[engine]!);
        }
        expect(fake.feed.next).toBe(first + number);
        expect(fake.errors).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  test("that is skipped is replaced, on whichever engine, until every engine has its quota", async () => {
    await fc.assert(
      fc.asyncProperty(size, fc.integer({ min: 2, max: 7 }), async ({ parallel, number, engines }, every) => {
        const shares = sharesOf(parallel, number, engines);
        const fake = new FakeEngines(new Numbers(), shares);
        fake.feed.pump();
        for (let turn = 0; turn < 3000 && fake.used.reduce((a, b) => a + b, 0) < number; turn++) {
          await settled();
          fake.use(turn % engines, 7, ({ id }) => id % every === 0);
        }
        expect(fake.used.map((used): number | null => used)).toEqual(shares.map(({ quota }) => quota));
        const ids = fake.given.flat().map(({ id }) => id);
        expect(ids.sort((a, b) => a - b)).toEqual(ids.map((_, k) => k));
      }),
      { numRuns: 60 },
    );
  });
});

describe("how far ahead", () => {
  test("nothing is read that no engine has room for", async () => {
    const source = new Numbers();
    const fake = new FakeEngines(source, sharesOf(4, 1000, 1));
    fake.feed.pump();
    await settled();
    expect(source.taken).toBe(20);
    fake.use(0, 1);
    await settled();
    expect(source.taken).toBe(21);
    expect(Math.max(...source.asked)).toBeLessThanOrEqual(128);
  });

  test("an engine that stands still holds the others back only when much waits for it", async () => {
    const source = new Numbers();
    const fake = new FakeEngines(source, sharesOf(8, 100_000, 2));
    fake.feed.pump();
    for (let turn = 0; turn < 2000; turn++) {
      await settled();
      fake.use(1, 100);
    }
    expect(fake.used[1]!).toBeGreaterThan(4000);
    expect(fake.used[1]!).toBeLessThan(4500);
    const before = fake.used[1]!;
    fake.use(0, 100);
    for (let turn = 0; turn < 20; turn++) {
      await settled();
      fake.use(1, 100);
    }
    expect(fake.used[1]!).toBeGreaterThan(before);
  });

  test("credit that comes while inputs are read, or in the call that gives them, is not lost", async () => {
    const given: number[] = [];
    const feed: Feed = new Feed(
      new Numbers(),
      0,
      [{ quota: 500, window: 17 }],
      (_, arrivals) => {
        given.push(...arrivals.map(({ id }) => id));
        feed.credit(0, arrivals.length, 0);
      },
      () => {},
    );
    feed.pump();
    for (let turn = 0; turn < 1000 && given.length < 500; turn++) await settled();
    expect(given).toEqual(Array.from({ length: 500 }, (_, k) => k));
  });
});

describe("the end", () => {
  test("closed, it gives nothing more, not even what it has just read", async () => {
    const fake = new FakeEngines(new Numbers(), sharesOf(4, 1000, 1));
    fake.feed.pump();
    fake.feed.close();
    await settled();
    fake.use(0, 1);
    fake.feed.pump();
    await settled();
    expect(fake.given[0]!).toHaveLength(0);
  });

  test("a source that fails is told once, after what it gave before has been given", async () => {
    const source = new Numbers();
    source.failAt = 11;
    const fake = new FakeEngines(source, sharesOf(4, 1000, 1));
    fake.feed.pump();
    await settled();
    expect(fake.errors).toEqual([new Error("the file is gone")]);
    expect(fake.given[0]!.length).toBeGreaterThan(0);
    fake.use(0, 5);
    fake.feed.pump();
    await settled();
    expect(fake.errors).toHaveLength(1);
  });

  test("a stage without requests reads nothing", async () => {
    const source = new Numbers();
    const fake = new FakeEngines(source, [{ quota: 0, window: 16 }]);
    fake.feed.pump();
    await settled();
    expect(source.taken).toBe(0);
    fake.feed.credit(0, 0, 0);
  });
});
