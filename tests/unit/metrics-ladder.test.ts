import { expect, test } from "bun:test";
import fc from "fast-check";
import { curveOf } from "../../src/metrics/curve.ts";
import { kneeOf } from "../../src/metrics/knee.ts";
import { paretoFront } from "../../src/metrics/pareto.ts";
import { repeatedLevels } from "../../src/metrics/repeats.ts";
import type { LevelSummary } from "../../src/metrics/summary-model.ts";

interface Made {
  level: number;
  repeat?: number;
  parallel: number;
  tokens: number;
  latency: number;
  tpot: number;
}

function made({ level, repeat = 0, parallel, tokens, latency, tpot }: Made): LevelSummary {
  const flat = (value: number) => ({ mean: value, p50: value, p99: value });
  return {
    level,
    repeat,
    parallel,
    rate: null,
    requests: { success_rate: 1 },
    tokens: {},
    throughput: { requests_per_s: tokens / 100, output_tokens_per_s: tokens },
    ttft_ms: flat(latency / 10),
    tpot_ms: flat(tpot),
    latency_ms: flat(latency),
  } as unknown as LevelSummary;
}

/** A batching service: throughput rises to its limit at 8, beyond it requests only wait. */
const LADDER = [1, 2, 4, 8, 16, 32].map((parallel, level) =>
  made({
    level,
    parallel,
    tokens: 100 * Math.min(parallel, 8),
    latency: 1000 * Math.max(1, parallel / 8),
    tpot: 10 * Math.max(1, parallel / 8),
  }),
);

test("the knee is where a service with 8 places is full", () => {
  const curve = curveOf(LADDER, { gpus: null, gpuHourCost: null })!;
  expect(curve.knee).toEqual({ level: 3, place: "inside" });
  expect(curve.best_throughput).toBe(3);
  expect(curve.best_latency).toBe(0);
  expect(curve.advice).toContain("knee is at 8 at once");
  expect(curve.points.map(({ pareto }) => pareto)).toEqual([false, false, false, true, false, false]);
});

test("a ladder that ends before the service is full says so, and claims no knee", () => {
  const curve = curveOf(LADDER.slice(0, 4), { gpus: null, gpuHourCost: null })!;
  expect(curve.knee?.place).toBe("last");
  expect(curve.advice).toContain("not yet saturated at 8");
});

test("a ladder that begins beyond it says that more load gives no more", () => {
  const curve = curveOf(LADDER.slice(3), { gpus: null, gpuHourCost: null })!;
  expect(curve.knee?.place).toBe("first");
  expect(curve.advice).toContain("no more throughput beyond 8");
});

test("a level that ended because requests piled up is never called not yet saturated", () => {
  const open = LADDER.slice(0, 3).map((level, i) => ({ ...level, parallel: null, rate: [1, 2, 40][i]! }));
  const plan = { gpus: null, gpuHourCost: null };
  const ended = open.map((level, i) => ({ ...level, end_reason: i === 2 ? "over-saturated" : null }));
  expect(curveOf(ended, plan)!.advice).toBe("the service cannot keep up with 40 requests/s");
  expect(curveOf(open, plan)!.advice).toBeNull();
});

test("per GPU and per dollar", () => {
  const [point] = curveOf(LADDER, { gpus: 4, gpuHourCost: 2 })!.points;
  expect(point).toMatchObject({ tokens_per_s_per_gpu: 25, tokens_per_dollar: (100 * 3600) / 8 });
  expect(point?.tokens_per_s_per_user).toBe(100);
});

test("one level is no ladder; levels in which nothing succeeded are no points of it", () => {
  expect(curveOf(LADDER.slice(0, 1), { gpus: null, gpuHourCost: null })).toBeNull();
  const failed = { ...LADDER[2]!, throughput: {}, latency_ms: null, tpot_ms: null } as unknown as LevelSummary;
  const curve = curveOf([...LADDER.slice(0, 2), failed], { gpus: null, gpuHourCost: null })!;
  expect(curve.knee).toBeNull();
  expect(curve.points[2]).toMatchObject({ pareto: null });
});

test("runs of a level are one point, and have an interval", () => {
  const runs = [90, 100, 110].map((tokens, repeat) =>
    made({ level: 0, repeat, parallel: 1, tokens, latency: 1000, tpot: 10 }),
  );
  const [level] = repeatedLevels(runs, [{ metric: "ttft_ms", stat: "p99" }]);
  expect(level).toMatchObject({ runs: 3, figures: { output_tokens_per_s: { n: 3, mean: 100, std: 10 } } });
  expect(level!.figures.ttft_p99).toMatchObject({ half_width: 0 });
  expect(curveOf([...runs, LADDER[1]!], { gpus: null, gpuHourCost: null })!.points[0]?.output_tokens_per_s).toBe(100);
});

const offers = fc.array(fc.record({ user: fc.nat(50), system: fc.nat(50) }), { minLength: 1, maxLength: 30 });

test("no point of the front is beaten, and every other one is beaten by one of the front", () => {
  fc.assert(
    fc.property(offers, (points) => {
      const front = paretoFront(points);
      const on = points.filter((_, i) => front[i]);
      expect(on.length).toBeGreaterThan(0);
      for (const [i, point] of points.entries()) {
        const beaten = on.some(
          (other) =>
            other.user >= point.user &&
            other.system >= point.system &&
            (other.user > point.user || other.system > point.system),
        );
        expect(beaten).toBe(!front[i]);
      }
    }),
  );
});

test("units do not move the knee", () => {
  const points = fc.array(
    fc.record({ throughput: fc.integer({ min: 1, max: 1000 }), latency: fc.integer({ min: 1, max: 1000 }) }),
    {
      minLength: 3,
      maxLength: 10,
    },
  );
  fc.assert(
    fc.property(points, (ladder) => {
      const scaled = ladder.map(({ throughput, latency }) => ({ throughput: throughput * 8, latency: latency / 4 }));
      expect(kneeOf(scaled)).toEqual(kneeOf(ladder));
    }),
  );
  expect(
    kneeOf([
      { throughput: 1, latency: 1 },
      { throughput: 2, latency: 1 },
    ]),
  ).toBeNull();
});
