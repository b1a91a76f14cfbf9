import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Summary } from "../../src/metrics/summary-model.ts";
import { type Mock, startMock } from "../../src/mock/mock-server.ts";
import { Workspace } from "./plumb.ts";

/** Four places of a third of a second: a fifth request at once waits for as long. */
const SLOTS = 4;
const LIMIT = "250ms";
let mock: Mock;

beforeAll(() => {
  mock = startMock({ port: 0, slots: SLOTS, ttftMs: 50, itlMs: 20, tokens: 15 });
});
afterAll(() => mock.stop());

function summaryOf(folder: string): Summary {
  return JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"));
}

test("find: the limit of a service with four places, every point told and recorded", async () => {
  using work = new Workspace();
  const args = ["--url", mock.url, "--slo", `ttft_p90<${LIMIT}`, "--from", "2", "--number", "5x", "--json"];
  const { out, code, err } = await work.plumb(["find", ...args]);
  expect(code).toBe(0);
  const { search, levels, objectives } = JSON.parse(out) as Summary;
  const [answer] = search!.answers;
  // A machine that is busy enough ends the search, and says so: that is no fault of it.
  if (answer!.end !== "client_limited") expect(answer).toMatchObject({ end: "found", load: SLOTS });
  else expect(answer!.text).toContain("plumb's own machine is the limit");
  expect(levels.length).toBe(search!.points.reduce((sum, { runs }) => sum + runs.length, 0));
  expect(levels.length).toBeLessThanOrEqual(14);
  expect(objectives).toHaveLength(levels.length);
  for (const { load, runs } of search!.points) {
    for (const position of runs) expect(levels[position]).toMatchObject({ parallel: load, number: 5 * load });
  }
  expect(err).toContain("2 at once, run 1: ");
});

test("find says that not even the lowest load holds", async () => {
  using work = new Workspace();
  const args = ["--url", mock.url, "--slo", "ttft_p50<1ms", "--number", "2", "--num-runs", "1"];
  const { out, code } = await work.plumb(["find", ...args]);
  expect(code).toBe(0);
  expect(out).toMatch(/not even the lowest load holds|plumb's own\s+machine is the limit/);
});

test("find without an objective, or with bounds the wrong way round, is told so", async () => {
  using work = new Workspace();
  const { err, code } = await work.plumb(["find", "--url", mock.url, "--from", "9", "--to", "3", "--repeat", "2"]);
  expect(code).toBe(2);
  expect(err).toContain("find needs --slo");
  expect(err).toContain("--to 3 is below --from 9");
  expect(err).toContain("--repeat is for");
});

test("a command made for evalscope searches", async () => {
  using work = new Workspace();
  const search = ["--sla-auto-tune", "--sla-variable", "parallel", "--sla-num-runs", "1", "--sla-upper-bound", "8"];
  const params = ["--sla-params", `[{"p90_ttft": "<${LIMIT}"}]`, "--sla-number-multiplier", "4"];
  const { out } = await work.run("--url", mock.url, "--parallel", "2", ...search, ...params, "--json");
  const [answer] = (JSON.parse(out) as Summary).search!.answers;
  if (answer!.end !== "client_limited") expect(answer).toMatchObject({ end: "found", load: SLOTS });
});

test("repeats are interleaved and have intervals; objectives are judged level by level", async () => {
  using work = new Workspace();
  const load = [
    "--parallel",
    "1,3,16",
    "--number",
    "1x",
    "--repeat",
    "3",
    "--slo",
    `ttft_p50<${LIMIT},success_rate>=100%`,
  ];
  const { out, folder } = await work.run("--url", mock.url, ...load);
  const { levels, repeats, objectives, curve } = summaryOf(join(work.path, folder));
  expect(levels.map(({ level, repeat }) => [level, repeat])).toEqual(
    [0, 1, 2].flatMap((l) => [0, 1, 2].map((r) => [l, r])),
  );
  using db = new Database(join(work.path, folder, "benchmark_data.db"), { readonly: true });
  const order = db.query("SELECT level, repeat FROM level ORDER BY start_time").values();
  expect(order).toEqual([0, 1, 2].flatMap((r) => [0, 1, 2].map((l) => [l, r])));
  expect(repeats!.map(({ runs }) => runs)).toEqual([3, 3, 3]);
  expect(repeats![1]!.figures.ttft_p50!.half_width).toBeGreaterThan(0);
  // Of sixteen at once twelve wait for a place: the median does.
  expect(objectives!.filter(({ level }) => level === 2).every(({ met }) => !met)).toBe(true);
  expect(curve!.points).toHaveLength(3);
  expect(out).toContain("±");
  expect(out).toContain("9 runs of 3 levels");
});
