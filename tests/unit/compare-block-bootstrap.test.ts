import { expect, test } from "bun:test";
import { blockErrors, blockSeconds, type Statistic, type TimedValues } from "../../src/compare/block-bootstrap.ts";
import { studentT } from "../../src/metrics/student.ts";
import { normal } from "./compare-fixture.ts";

/** One value every 0.1 s; each remembers the one before by `memory`, as requests that shared a queue do. */
function series(n: number, memory: number, draw: () => number): TimedValues {
  const values = new Float64Array(n);
  let state = draw();
  for (let i = 0; i < n; i++) {
    state = memory * state + Math.sqrt(1 - memory ** 2) * draw();
    values[i] = Math.exp(4 + 0.2 * state);
  }
  return { at: Float64Array.from({ length: n }, (_, i) => 0.1 * i), values };
}

const ask = (statistics: Statistic[], seed = 1) => ({ statistics, log: true, seed });
const sortedQuantile = (values: Float64Array, share: number) =>
  values.toSorted()[Math.max(0, Math.ceil(share * values.length - 1e-9) - 1)]!;

test("within one run: equal services are called different about as often as agreed, dependent requests too", () => {
  const draw = normal(11);
  const alarms = { mean: 0, p90: 0 };
  const times = 150;
  for (let i = 0; i < times; i++) {
    const [a, b] = [series(600, 0.6, draw), series(600, 0.6, draw)];
    // In a queue of four slots a request stays 0.4 s.
    const blockS = blockSeconds(60, 0.4);
    const [u, v] = [blockErrors(a, blockS, ask(["mean", "p90"]))!, blockErrors(b, blockS, ask(["mean", "p90"], 2))!];
    for (const part of ["mean", "p90"] as const) {
      const of = ({ values }: TimedValues) =>
        Math.log(part === "mean" ? values.reduce((sum, value) => sum + value) / 600 : sortedQuantile(values, 0.9));
      const error = Math.hypot(u.errors[part]!, v.errors[part]!);
      if (Math.abs(of(b) - of(a)) > studentT(2 * (u.blocks - 1), 0.95) * error) alarms[part]++;
    }
  }
  expect(alarms.mean / times).toBeLessThan(0.14);
  expect(alarms.p90 / times).toBeLessThan(0.14);
  expect(alarms.mean + alarms.p90).toBeGreaterThan(0);
});

test("of independent values the mean's error is s / sqrt(n), and blocks see what dependence adds", () => {
  const spread = (memory: number) => blockErrors(series(4000, memory, normal(5)), 4, ask(["mean"]))!.errors.mean!;
  expect(spread(0)).toBeGreaterThan((0.2 / Math.sqrt(4000)) * 0.8);
  expect(spread(0)).toBeLessThan((0.2 / Math.sqrt(4000)) * 1.25);
  expect(spread(0.9)).toBeGreaterThan(2 * spread(0));
});

test("a rate's error is of its sum: values that come evenly have next to none", () => {
  const even = { at: Float64Array.from({ length: 1000 }, (_, i) => i / 10), values: new Float64Array(1000).fill(7) };
  expect(blockErrors(even, 4, ask(["rate", "mean"]))!.errors).toMatchObject({
    mean: expect.closeTo(0, 9),
    rate: expect.closeTo(0, 2),
  });
  const bursts = { ...even, at: even.at.map((time) => Math.floor(time / 10) * 10 + (time % 10) / 5) };
  expect(blockErrors(bursts, 4, ask(["rate"]))!.errors.rate!).toBeGreaterThan(0.05);
});

test("the same seed gives the same error", () => {
  const made = series(500, 0.3, normal(2));
  expect(blockErrors(made, 2, ask(["p50"]))).toEqual(blockErrors(made, 2, ask(["p50"])));
});

test("too short a run has none, nor has a percentile with too few values beyond it", () => {
  const made = series(200, 0, normal(1));
  expect(blockErrors(made, 3, ask(["mean"]))).toBeNull();
  expect(Object.keys(blockErrors(made, 1, ask(["p50", "p99"]))!.errors)).toEqual(["p50"]);
  expect(blockErrors({ at: new Float64Array(), values: new Float64Array() }, 1, ask(["mean"]))).toBeNull();
  expect(blockErrors(made, 0, ask(["mean"]))).toBeNull();
});
