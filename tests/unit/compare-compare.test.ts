import { expect, test } from "bun:test";
import { join } from "node:path";
import { compare, USUAL } from "../../src/compare/compare.ts";
import type { Comparison } from "../../src/compare/comparison-model.ts";
import { distributionCurves } from "../../src/compare/distribution-curves.ts";
import { gate } from "../../src/compare/gate.ts";
import { readGateRule } from "../../src/compare/gate-rule.ts";
import { readSide, type Side } from "../../src/compare/side.ts";
import { UserError } from "../../src/config/user-error.ts";
import { comparisonHtml } from "../../src/report/comparison-html.ts";
import { gateJunit } from "../../src/report/gate-junit.ts";
import { gateMarkdown } from "../../src/report/gate-markdown.ts";
import { renderComparison } from "../../src/report/render-comparison.ts";
import { renderGate } from "../../src/report/render-gate.ts";
import { type MadeService, recordService } from "./compare-fixture.ts";
import { temporaryFolder } from "./record-fixture.ts";

const PLAIN = { color: false, columns: 200 };

/** Runs of services, each list a side. */
function sidesOf(folder: string, made: MadeService[][]): Side[] {
  return made.map((services, i) => {
    const paths = services.map((service, run) => {
      const path = join(folder, `${i}-${run}.db`);
      recordService(path, service);
      return path;
    });
    return readSide(paths.join(","), String.fromCharCode(65 + i));
  });
}

/** Runs with some spread between them. */
const service = (ttftMs: number, runs: number, more: Partial<MadeService> = {}): MadeService[] =>
  Array.from({ length: runs }, (_, run) => ({
    ttftMs: ttftMs * (1 + 0.01 * ((run % 3) - 1)),
    seed: 100 * ttftMs + run,
    ...more,
  }));

const figureOf = ({ levels }: Comparison, name: string) => levels[0]!.figures.find(({ figure }) => figure === name)!;

test("runs against runs: slower is worse, alike is no difference", () => {
  using folder = temporaryFolder();
  const sides = sidesOf(folder.path, [service(100, 3), service(115, 3), service(100, 3, { requests: 320 })]);
  const comparison = compare(sides, USUAL);
  const ttft = figureOf(comparison, "ttft_mean");
  expect(ttft.differences.map(({ answer, basis }) => [answer, basis])).toEqual([
    ["worse", "runs"],
    ["same", "runs"],
  ]);
  expect(ttft.differences[0]!.ratio).toBeCloseTo(1.15, 2);
  expect(ttft.differences[0]!.difference).toBeCloseTo(15, 0);
  expect(ttft.runs.map((runs) => runs.length)).toEqual([3, 3, 3]);
  const text = renderComparison(comparison, PLAIN);
  expect(text).toMatch(/ttft_mean, ms +\d.* \+15\.\d% +\+1.*worse/);
  expect(text).toContain("load 4: C against A");
  // On a narrower terminal the figures stay below each other, and on a narrow one nothing is wider than it.
  expect(renderComparison(comparison, { color: false, columns: 60 })).toMatch(
    /ttft_mean, ms +\d\S+ +\d\S+ +\+15\.\d%\n {4}\+1.* to .*% {2}worse\n/,
  );
  for (const columns of [40, 60, 80]) {
    for (const language of ["en", "zh"] as const) {
      const lines = renderComparison(comparison, { color: false, columns, language }).split("\n");
      const wide = lines.filter((line) => Bun.stringWidth(line) > columns && !line.includes(folder.path));
      expect(wide).toEqual([]);
    }
  }
  const chinese = renderComparison(comparison, { color: false, columns: 120, language: "zh" });
  expect(chinese).toMatch(/ttft_mean, ms +\d.* \+15\.\d% +\+1.* 至 .*更差/);
  expect(chinese.replaceAll(folder.path, "")).not.toMatch(/[a-z]{3,} [a-z]{3,}/);
});

test("single runs: moving blocks, and it says that they know nothing of other runs", () => {
  using folder = temporaryFolder();
  const comparison = compare(sidesOf(folder.path, [service(100, 1), service(120, 1)]), USUAL);
  expect(figureOf(comparison, "ttft_mean").differences[0]).toMatchObject({ answer: "worse", basis: "within-run" });
  expect(figureOf(comparison, "requests_per_s").differences[0]).toMatchObject({ answer: "worse" });
  // 300 requests have three beyond their p99.
  expect(figureOf(comparison, "ttft_p99").differences[0]).toMatchObject({ answer: "inconclusive", interval: null });
  expect(comparison.notes.join()).toContain("within one run");
  using other = temporaryFolder();
  const twice = sidesOf(other.path, [service(90, 1, { seed: 1 }), service(90, 1, { seed: 2 })]);
  const same = compare(twice, USUAL);
  expect(figureOf(same, "ttft_mean").differences[0]!.answer).toBe("same");
});

test("the page overlays a curve a side, runs no script, and shows text as text", () => {
  using folder = temporaryFolder();
  const sides = sidesOf(folder.path, [service(100, 2), service(200, 2)]);
  sides[1]!.label = "<script>alert(1)</script>";
  const curves = distributionCurves(sides);
  expect(curves.map(({ figure }) => figure)).toEqual(["ttft_ms", "tpot_ms", "chunk_gap_ms", "latency_ms"]);
  const [a, b] = curves[0]!.curves.map((curve) => curve.find(({ share }) => share >= 0.5)!.ms);
  expect(a! / 100).toBeCloseTo(1, 1);
  expect(b! / 200).toBeCloseTo(1, 1);
  expect(curves[0]!.curves[0]!.at(-1)!.share).toBe(1);
  const page = comparisonHtml(compare(sides, USUAL), curves);
  expect(page.match(/<polyline/g)).toHaveLength(8);
  expect(page).not.toContain("<script");
  expect(page).not.toMatch(/NaN|Infinity/);
});

test("a run without the load of the other is no match", () => {
  using folder = temporaryFolder();
  const sides = sidesOf(folder.path, [service(100, 1), service(100, 1, { parallel: 8 })]);
  // One load each: they are held against each other, and it is said.
  const comparison = compare(sides, USUAL);
  expect(comparison.levels[0]!.load).toBe("4 / 8");
  expect(comparison.notes[0]).toContain("the loads differ");
});

function verdictOf(folder: string, made: { own: MadeService[]; baseline: MadeService[] | null }, rules: string[]) {
  const [own, baseline] = sidesOf(folder, made.baseline === null ? [made.own] : [made.own, made.baseline]);
  return gate(own!, baseline ?? null, rules.map(readGateRule), 0.95);
}

test("a gate fails for what is beyond its limit, passes what is within, and says where it cannot tell", () => {
  using folder = temporaryFolder();
  const rules = ["ttft_mean>+10%", "ttft_mean>+40%", "requests_per_s<-50%", "success_rate<99%"];
  const slower = verdictOf(folder.path, { own: service(125, 4), baseline: service(100, 4) }, rules);
  expect(slower.outcome).toBe("failed");
  expect(slower.checks.map(({ outcome }) => outcome)).toEqual(["failed", "passed", "passed", "passed"]);
  expect(renderGate(slower, PLAIN)).toMatch(/gate failed[\s\S]*failed +ttft_mean>\+10% at load 4: .*beyond the limit/);

  using other = temporaryFolder();
  const noisy = (base: number, seeds: number): MadeService[] =>
    [0.8, 1, 1.25].map((factor, i) => ({ ttftMs: base * factor, seed: seeds + i, requests: 60 }));
  const unclear = verdictOf(other.path, { own: noisy(106, 1), baseline: noisy(100, 9) }, ["ttft_mean>+10%"]);
  expect(unclear).toMatchObject({ outcome: "inconclusive" });
  expect(unclear.checks[0]!.wouldFailFrom).toBeGreaterThan(0.3);
  expect(gateJunit(unclear, false)).toContain('failures="0" errors="0" skipped="1"');
  expect(gateJunit(unclear, true)).toContain('failures="1" errors="0" skipped="0"');
  expect(gateMarkdown(unclear)).toContain("would have failed");
});

test("a limit needs no baseline, and counts failed requests", () => {
  using folder = temporaryFolder();
  const failing = { own: service(100, 1, { failEvery: 20 }), baseline: null };
  const result = verdictOf(folder.path, failing, [
    "success_rate<99.9%",
    "latency_p99>2s",
    "ttft_p50>2s",
    "ttft_p50>10ms",
  ]);
  expect(result.checks.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "passed", "failed"]);
  using other = temporaryFolder();
  expect(() => verdictOf(other.path, failing, ["ttft_p99>+5%"])).toThrow("--baseline");
});

test("gate rules: what they mean, and what is no rule", () => {
  expect(readGateRule("ttft_p99>+10%")).toMatchObject({ kind: "change", direction: "up", limit: 0.1, stat: "p99" });
  expect(readGateRule("success_rate < -0.5%")).toMatchObject({ kind: "change", direction: "down", limit: -0.005 });
  expect(readGateRule("success_rate<99.9%")).toMatchObject({ kind: "limit", kept: { op: ">=", limit: 0.999 } });
  for (const wrong of [
    "ttft_p99",
    "ttft_p99>+10ms",
    "ttft_p99>+10",
    "ttft_p99>-10%",
    "rps<+5%",
    "rps<-100%",
    "nonsense>+1%",
    "",
  ]) {
    expect(() => readGateRule(wrong)).toThrow(UserError);
  }
});

test("what stands in JUnit and Markdown cannot break out of it", () => {
  using folder = temporaryFolder();
  const result = verdictOf(folder.path, { own: service(100, 1), baseline: null }, ["ttft_p50>1s"]);
  const [check] = result.checks;
  const hostile = { ...result, checks: [{ ...check!, rule: `a"<b>&]]>|\n\u0000\ud800` }] };
  const xml = gateJunit(hostile, false);
  expect(xml).not.toContain("<b>");
  expect(xml).not.toMatch(/[\u0000-\u0008\ud800]/);
  expect(gateMarkdown(hostile)).toContain("\\|");
});
