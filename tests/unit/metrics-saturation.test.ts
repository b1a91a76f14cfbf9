import { expect, test } from "bun:test";
import { type LoadSecond, saturationOf } from "../../src/metrics/saturation.ts";
import { trendOf } from "../../src/metrics/trend.ts";

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
}

/** A queue with `servers` places and exponential service times; seconds after the first `settle`. */
function queue({ rate, servers, serviceS, seconds, seed }: Record<string, number>): LoadSecond[] {
  const random = generator(seed!);
  const exponential = (mean: number) => -mean * Math.log(random());
  const free = new Array<number>(servers!).fill(0);
  const stays: { at: number; begin: number; end: number }[] = [];
  for (let at = exponential(1 / rate!); at < seconds!; at += exponential(1 / rate!)) {
    const place = free.indexOf(Math.min(...free));
    const begin = Math.max(at, free[place]!);
    free[place] = begin + exponential(serviceS!);
    stays.push({ at, begin, end: free[place]! });
  }
  return Array.from({ length: seconds! - 3 }, (_, k) => {
    const second = k + 3;
    const ended = stays.filter(({ end }) => end >= second && end < second + 1);
    const ttft = ended.map(({ at, begin }) => (begin - at) * 1000 + 50);
    return {
      inFlight: stays.filter(({ at, end }) => at <= second && end > second).length,
      ttftMs: ttft.length === 0 ? null : ttft.reduce((a, b) => a + b, 0) / ttft.length,
    };
  });
}

const saturated = (shape: Record<string, number>) => saturationOf(queue(shape), shape.rate!) !== null;

test("a rate of 1.5 times the capacity is seen within 30 s, twenty times of twenty", () => {
  const shape = { rate: 60, servers: 8, serviceS: 0.2, seconds: 30 };
  for (let seed = 1; seed <= 20; seed++) expect(saturated({ ...shape, seed })).toBe(true);
});

test("70% of the capacity is never taken for too much, in a hundred runs of two minutes", () => {
  let called = 0;
  for (let seed = 1; seed <= 100; seed++) {
    if (saturated({ rate: 28, servers: 8, serviceS: 0.2, seconds: 120, seed })) called++;
  }
  expect(called).toBe(0);
});

test("at 95% of the capacity, watched all the while, it is called too much in fewer than 5 runs of 100", () => {
  let called = 0;
  for (let seed = 1; seed <= 100; seed++) {
    const seconds = queue({ rate: 38, servers: 8, serviceS: 0.2, seconds: 60, seed });
    if (seconds.some((_, n) => saturationOf(seconds.slice(0, n), 38) !== null)) called++;
  }
  expect(called).toBeLessThan(5);
});

test("too few seconds, or requests that pile up while TTFT stays, prove nothing", () => {
  const growing = Array.from({ length: 40 }, (_, k) => ({ inFlight: 10 * k, ttftMs: 100 + k }));
  expect(saturationOf(growing, 20)).toMatchObject({ pilesUp: 10, seconds: 40 });
  expect(saturationOf(growing.slice(0, 19), 20)).toBeNull();
  expect(
    saturationOf(
      growing.map(({ inFlight }) => ({ inFlight, ttftMs: 100 })),
      20,
    ),
  ).toBeNull();
  expect(
    saturationOf(
      growing.map(({ inFlight }) => ({ inFlight, ttftMs: null })),
      20,
    ),
  ).toBeNull();
  expect(saturationOf(growing, 1000)).toBeNull();
});

test("the test of a trend: known values, and about as many false alarms as it says", () => {
  const rising = trendOf([1, 2, 3, 4, 5, 6, 7, 8])!;
  expect(rising.slope).toBe(1);
  // S = 28, variance 65.33: z = 27 / 8.083
  expect(rising.p).toBeCloseTo(0.00042, 5);
  expect(trendOf([8, 7, 6, 5, 4, 3, 2, 1])!.p).toBeGreaterThan(0.999);
  expect(trendOf([3, 3, 3, 3])).toEqual({ p: expect.closeTo(0.5, 6), slope: 0 });
  expect(trendOf([1, 2, 3])).toBeNull();
  const random = generator(3);
  let alarms = 0;
  for (let k = 0; k < 2000; k++) if (trendOf(Array.from({ length: 20 }, random))!.p < 0.05) alarms++;
  expect(alarms / 2000).toBeGreaterThan(0.03);
  expect(alarms / 2000).toBeLessThan(0.07);
});
