import { describe, expect, test } from "bun:test";
import { ClientWatch } from "../../src/live/client-watch.ts";
import { RecentCounts } from "../../src/live/recent-counts.ts";
import { RecentTimes } from "../../src/live/recent-times.ts";
import { sparkline } from "../../src/live/sparkline.ts";
import type { SampleRow } from "../../src/record/rows.ts";

describe("a curve", () => {
  test("goes from 0 to its greatest value, blank where nothing is known", () => {
    expect(sparkline([0, null, 50, 100], 6, true)).toBe("  ▁ ▅█");
    expect(sparkline([0, null, 50, 100], 4, false)).toBe("_ =#");
  });

  test("keeps the newest where there is no room for all", () => {
    expect(sparkline([100, 0, 0, 100], 2, true)).toBe("▁█");
    expect(sparkline([1, 2], 0, true)).toBe("");
  });

  test("is flat where everything is 0, and takes no NaN", () => {
    expect(sparkline([0, 0, Number.NaN, Number.POSITIVE_INFINITY], 4, true)).toBe("▁▁  ");
  });
});

describe("counts of the last seconds", () => {
  test("leave the second out that goes on, and have 0 where nothing happened", () => {
    const counts = new RecentCounts();
    counts.add(2, 0);
    counts.add(3, 0);
    counts.add(7, 2);
    expect(counts.read(2)).toEqual([5, 0]);
    expect(counts.read(3)).toEqual([5, 0, 7]);
  });

  test("forget what is older than the ring", () => {
    const counts = new RecentCounts();
    counts.add(1, 0);
    counts.add(4, 60);
    const read = counts.read(61);
    expect(read).toHaveLength(29);
    expect(read.at(-1)).toBe(4);
    expect(read.slice(0, -1).every((count) => count === 0)).toBe(true);
  });
});

describe("times of the last seconds", () => {
  test("the figures are of ten seconds, the curves of thirty", () => {
    const times = new RecentTimes();
    for (let i = 0; i < 100; i++) times.add(1000, 1);
    for (let i = 0; i < 10; i++) times.add(10, 20);
    const read = times.read(22)!;
    expect(read.p50).toBeCloseTo(10, 0);
    expect(read.p50Curve.filter((value) => value !== null)).toHaveLength(2);
    expect(read.p99Curve.at(-3)!).toBeCloseTo(10, 0);
  });

  test("where nothing ended of late, of all that is kept; then nothing", () => {
    const times = new RecentTimes();
    times.add(500, 1);
    expect(times.read(20)?.p99).toBeCloseTo(500, -1);
    expect(times.read(40)).toBeNull();
    times.add(70, 61);
    expect(times.read(61)?.p50).toBeCloseTo(70, 0);
  });
});

test("the client's state is the worst of its engines", () => {
  const watch = new ClientWatch();
  const sample = (engine: number, threadCpu: number | null, loopLagMs: number): void =>
    watch.add({ engine, cpu: 0.9, threadCpu, loopLagMs } as SampleRow);
  expect(watch.read()).toBeNull();
  sample(0, 0.2, 3);
  sample(1, 0.4, 1);
  expect(watch.read()).toEqual({ cpu: 0.4, loopLagMs: 3 });
  sample(1, null, 1);
  expect(watch.read()).toEqual({ cpu: 0.9, loopLagMs: 3 });
});
