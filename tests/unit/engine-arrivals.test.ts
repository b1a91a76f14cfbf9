import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ApiPlugin } from "../../src/contract/api.ts";
import { Arrivals, type Ready } from "../../src/engine/arrivals.ts";
import { Preparer } from "../../src/engine/prepared.ts";
import type { Arrival } from "../../src/engine/protocol.ts";
import { paramsOf } from "./run-fixture.ts";

const PATIENCE_S = 0.2;

type Fate = "built" | "skipped" | "thrown";

class Watched {
  readonly arrivals: Arrivals;
  readonly credits: { used: number; skipped: number[] }[] = [];
  woken = 0;

  constructor(buildRequest: ApiPlugin["buildRequest"], batch: number, now: () => number = () => 0) {
    const preparer = new Preparer({ name: "p", buildRequest }, paramsOf(), "http://h/", {});
    this.arrivals = new Arrivals(
      preparer,
      now,
      () => batch,
      (used, skipped) => this.credits.push({ used, skipped }),
      () => this.woken++,
      PATIENCE_S,
    );
  }

  get used(): number {
    return this.credits.reduce((sum, credit) => sum + credit.used, 0);
  }

  get skipped(): number[] {
    return this.credits.flatMap((credit) => credit.skipped);
  }

  takeAll(): Ready[] {
    const taken: Ready[] = [];
    for (let next = this.arrivals.take(); next !== null; next = this.arrivals.take()) taken.push(next);
    return taken;
  }
}

/** An input whose plugin does as its prompt says. */
const inputOf = (fate: Fate, id: number): Arrival => ({ id, input: { kind: "prompt", prompt: fate } });

function build(input: { kind: string; prompt?: string }) {
  if (input.prompt === "thrown") throw new Error("cannot");
  return input.prompt === "skipped" ? null : { body: {} };
}

async function settled(): Promise<void> {
  for (let k = 0; k < 20; k++) await new Promise((resolve) => setImmediate(resolve));
}

const idOf = (ready: Ready) => (ready.kind === "ready" ? ready.prepared.id : ready.id);

describe("order and credit", () => {
  const fate = fc.constantFrom<Fate>("built", "built", "skipped", "thrown");

  test("everything not skipped comes out once, in order, and the credits add up", async () => {
    const batches = fc.array(fc.array(fate, { maxLength: 12 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(batches, fc.integer({ min: 1, max: 20 }), fc.boolean(), async (pushes, batch, isAsync) => {
        const watched = new Watched(isAsync ? async (input) => build(input as never) : (build as never), batch);
        const taken: Ready[] = [];
        let id = 0;
        for (const push of pushes) {
          watched.arrivals.push(push.map((wanted) => inputOf(wanted, id++)));
          if (push.length % 2 === 0) await settled();
          taken.push(...watched.takeAll());
        }
        await settled();
        taken.push(...watched.takeAll());
        const fates = pushes.flat();
        const expected = fates.flatMap((wanted, index) => (wanted === "skipped" ? [] : [{ id: index, wanted }]));
        expect(taken.map(idOf)).toEqual(expected.map((entry) => entry.id));
        expect(taken.map(({ kind }) => kind)).toEqual(
          expected.map((e) => (e.wanted === "thrown" ? "failed" : "ready")),
        );
        // Every skipped one is told of, or its replacement would never come; of the rest less than a batch may wait.
        expect(watched.skipped).toEqual(fates.flatMap((wanted, index) => (wanted === "skipped" ? [index] : [])));
        expect(watched.used).toBeLessThanOrEqual(fates.length);
        expect(fates.length - watched.used).toBeLessThan(batch);
        expect(watched.woken).toBe(fates.length);
      }),
      { numRuns: 150 },
    );
  });

  test("a skipped one is told of as soon as nothing is left to build, full batch or not", async () => {
    const watched = new Watched(build as never, 16);
    watched.arrivals.push([inputOf("built", 0), inputOf("skipped", 1), inputOf("built", 2)]);
    await settled();
    expect(watched.credits).toEqual([{ used: 1, skipped: [1] }]);
    expect(watched.arrivals.ready).toBe(2);
  });

  test("a failure keeps its turn and says why", async () => {
    const watched = new Watched(build as never, 1);
    watched.arrivals.push([inputOf("built", 5), inputOf("thrown", 6)]);
    await settled();
    expect(watched.arrivals.take()).toMatchObject({ kind: "ready", prepared: { id: 5 } });
    expect(watched.arrivals.take()).toMatchObject({ kind: "failed", id: 6 });
    expect(watched.arrivals.take()).toBeNull();
    expect(watched.used).toBe(2);
  });
});

test("building gives way to the event loop when its slice is over", async () => {
  let now = 0;
  let built = 0;
  const watched = new Watched(
    () => {
      built++;
      now += 0.4;
      return { body: {} };
    },
    1000,
    () => now,
  );
  watched.arrivals.push(Array.from({ length: 30 }, (_, id) => inputOf("built", id)));
  const seen: number[] = [];
  while (built < 30) {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(built);
  }
  const steps = seen.map((count, index) => count - (seen[index - 1] ?? 0));
  expect(Math.max(...steps)).toBeLessThanOrEqual(6);
  await settled();
  expect(watched.takeAll().map(idOf)).toEqual(Array.from({ length: 30 }, (_, id) => id));
});

test("a line that never runs dry does not grow with what has been sent", async () => {
  const watched = new Watched(() => ({ body: "x".repeat(10_000) }), 16);
  const push = (id: number) => watched.arrivals.push([inputOf("built", id)]);
  for (let id = 0; id < 32; id++) push(id);
  await settled();
  const references: WeakRef<Ready>[] = [];
  for (let id = 32; id < 3000; id++) {
    push(id);
    const taken = watched.arrivals.take();
    if (taken !== null) references.push(new WeakRef(taken));
    if (id % 10 === 0) await settled();
  }
  await settled();
  Bun.gc(true);
  expect(watched.arrivals.ready).toBeGreaterThan(0);
  expect(references.length).toBeGreaterThan(2000);
  const alive = references.filter((reference) => reference.deref() !== undefined).length;
  expect(alive).toBeLessThan(references.length / 2);
});

test("an asynchronous plugin's requests are built side by side; one that never settles fails in bounded time", async () => {
  let building = 0;
  let most = 0;
  const watched = new Watched(async (input) => {
    building++;
    most = Math.max(most, building);
    if ((input as { prompt: string }).prompt.includes("1")) await new Promise(() => {});
    await Bun.sleep(5);
    building--;
    return { body: {} };
  }, 1000);
  const started = performance.now();
  watched.arrivals.push(
    Array.from({ length: 4 }, (_, id) => ({ id, input: { kind: "prompt", prompt: String(id) } as const })),
  );
  while (watched.arrivals.ready < 4 && performance.now() - started < 5000) await Bun.sleep(5);
  expect(most).toBe(4);
  const taken = watched.takeAll();
  expect(taken.filter(({ kind }) => kind === "ready").map(idOf)).toEqual([0, 2, 3]);
  expect(taken.find(({ kind }) => kind === "failed")).toEqual({
    kind: "failed",
    id: 1,
    message: `buildRequest did not settle within ${PATIENCE_S} s`,
  });
});
