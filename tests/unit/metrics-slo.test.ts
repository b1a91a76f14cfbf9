import { expect, test } from "bun:test";
import fc from "fast-check";
import { figureOf, readFigureName } from "../../src/metrics/figure-name.ts";
import { levelObjectives } from "../../src/metrics/objectives.ts";
import { holds, judgeObjective, measuredText, readObjective } from "../../src/metrics/slo.ts";
import { summarise } from "../../src/metrics/summary.ts";
import type { LevelSummary, ObjectiveResult } from "../../src/metrics/summary-model.ts";
import type { Outcome } from "../../src/record/outcome.ts";
import { openRun } from "../../src/record/reader.ts";
import { mixedRun, recordRun, temporaryFolder } from "./record-fixture.ts";

const readObjectives = (text: string) => text.split(",").map((part) => readObjective(part.trim()));

test("objectives are read with their units, in either order of the name's parts", () => {
  const text = "ttft_p99<500ms, tpot_p95 <= 0.05s,success_rate>99.9%,p50_latency<2s,rps>=10req/s,avg_ttft<200";
  expect(readObjectives(text)).toEqual([
    { text: "ttft_p99<500ms", metric: "ttft_ms", stat: "p99", op: "<", limit: 500 },
    { text: "tpot_p95 <= 0.05s", metric: "tpot_ms", stat: "p95", op: "<=", limit: 50 },
    { text: "success_rate>99.9%", metric: "success_rate", stat: null, op: ">", limit: expect.closeTo(0.999) },
    { text: "p50_latency<2s", metric: "latency_ms", stat: "p50", op: "<", limit: 2000 },
    { text: "rps>=10req/s", metric: "requests_per_s", stat: null, op: ">=", limit: 10 },
    { text: "avg_ttft<200", metric: "ttft_ms", stat: "mean", op: "<", limit: 200 },
  ]);
});

test("a name that has a typo, no part or a wrong unit is told with what to write", () => {
  const told = (text: string) => {
    try {
      readObjectives(text);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  expect(told("tftf_p99<1s")).toContain("did you mean ttf");
  expect(told("ttft<1s")).toContain("ttft_p99");
  expect(told("ttft_p98<1s")).toContain("p95");
  expect(told("rps_p99>1")).toContain("leave");
  expect(told("ttft_p99<1%")).toContain("ms or s");
  expect(told("success_rate>99.9")).toContain("99.9");
  expect(told("ttft_p99=1s")).toContain("no objective");
  expect(told("ttft_p99<fast")).toContain("no objective");
});

test("any text is an objective or a UserError", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(Number.isNaN(readObjective(text).limit)).toBe(false);
      } catch (error) {
        expect((error as Error).name).toBe("UserError");
      }
    }),
  );
});

function measured(change: (k: number) => Partial<Outcome> = () => ({})) {
  const folder = temporaryFolder();
  const { requests, ...rest } = mixedRun(200);
  recordRun(folder.file, {
    ...rest,
    requests: requests.map(({ outcome, payload }, k) => ({ outcome: { ...outcome, ...change(k) }, payload })),
  });
  const reader = openRun(folder.file);
  return {
    reader,
    level: summarise(reader).levels[0]!,
    recorded: reader.levels()[0]!,
    [Symbol.dispose]() {
      reader.close();
      folder[Symbol.dispose]();
    },
  };
}

const FINE = { ending: { ok: true }, isStream: true, firstChunkLatency: 0.1, latency: 1 } as const;
const REFUSED = {
  ending: { ok: false, kind: "http_5xx", message: "" },
  isStream: false,
  firstChunkLatency: null,
} as const;

test("figures are those of the summary", () => {
  using run = measured();
  for (const name of ["ttft_p99", "mean_latency", "tps", "success_rate", "duration", "chunk_gap_max"]) {
    expect(figureOf(run.level, readFigureName(name))).not.toBeNull();
  }
  expect(figureOf(run.level, readFigureName("ttft_p99"))).toBe(run.level.ttft_ms!.p99);
});

test("a service does not keep a percentile by refusing", () => {
  const [objective] = readObjectives("ttft_p99<500ms");
  using good = measured(() => FINE);
  expect(judgeObjective(good.level, objective!)).toMatchObject({
    value: expect.closeTo(100),
    bound: "exact",
    met: true,
  });
  using refusing = measured((k) => (k % 10 === 0 ? REFUSED : FINE));
  expect(refusing.level.ttft_ms!.p99).toBeLessThan(500);
  expect(judgeObjective(refusing.level, objective!)).toMatchObject({ value: null, bound: "failed", met: false });
});

test("what was cut off at less than the limit is not known to hold it", () => {
  const [upper, lower] = readObjectives("latency_p99<5s,latency_p99>500ms");
  const cut = { ending: { ok: false, kind: "timeout_total", message: "" }, latency: 1 } as const;
  using run = measured((k) => (k % 10 === 0 ? cut : FINE));
  expect(judgeObjective(run.level, upper!)).toMatchObject({ bound: "at_least", met: false });
  expect(judgeObjective(run.level, lower!)).toMatchObject({ bound: "at_least", met: true });
});

test("nothing measured keeps no objective", () => {
  const level = { requests: { success_rate: null }, throughput: {}, ttft_ms: null } as unknown as LevelSummary;
  for (const objective of readObjectives("ttft_p99<1s,ttft_p99>1s,success_rate>1%")) {
    expect(judgeObjective(level, objective)).toMatchObject({ value: null, met: false });
  }
});

test("attainment counts requests that met all waits, with failures in the denominator", () => {
  const change = (k: number) => (k % 4 === 0 ? REFUSED : k % 4 === 1 ? { ...FINE, firstChunkLatency: 0.9 } : FINE);
  using run = measured(change);
  const judged = levelObjectives(run.reader, run.recorded, run.level, readObjectives("ttft_p50<500ms,rps>0.001"));
  const { offered } = run.level.requests;
  const counted = [
    ...run.reader.query(
      "SELECT count(*) FROM result WHERE phase = 'measure' AND success = 1 AND first_chunk_latency < 0.5",
    ).rows,
  ][0]![0] as number;
  expect(counted).toBeGreaterThan(0);
  expect(judged.attainment).toBeCloseTo(counted / offered, 9);
  expect(judged.attainment!).toBeLessThan(0.6);
  expect(judged.goodput_per_s).toBeCloseTo(counted / run.level.duration_s!, 9);
  const none = levelObjectives(run.reader, run.recorded, run.level, readObjectives("rps>0.001"));
  expect(none).toMatchObject({ met: true, attainment: null, goodput_per_s: null });
});

test("limits are open or closed as they are written", () => {
  expect([holds(1, "<", 1), holds(1, "<=", 1), holds(1, ">", 1), holds(1, ">=", 1)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
});

test("999 of 1,000 are 99.9%", () => {
  expect(readObjective("success_rate>=99.9%").limit).toBe(0.999);
});

test("what a figure came to has its unit", () => {
  const text = (objective: string, value: number | null, bound: ObjectiveResult["bound"] = "exact") =>
    measuredText({ text: objective, value, bound, met: true }, readObjective(objective));
  expect(text("ttft_p99<500ms", 212.345)).toBe("212.3 ms");
  expect(text("latency_p99<2s", 12_345.6)).toBe("12346 ms");
  expect(text("latency_p99<2s", 120_000, "at_least")).toBe("> 120000 ms");
  expect(text("latency_p99<2s", null, "failed")).toBe("failed");
  expect(text("success_rate>=99%", 0.995)).toBe("99.5%");
  expect(text("output_tokens_per_s>10", 9.87654)).toBe("9.877 tokens/s");
  expect(text("tpot_p50<5ms", null, null)).toBe("none");
});
