import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AbReport } from "../../src/compare/ab-model.ts";
import { Mock } from "./mock.ts";
import { Workspace } from "./plumb.ts";

test("ab: a service 15% slower is worse, in blocks that are runs of their own", async () => {
  using a = await Mock.start("--ttft", "40", "--itl", "4", "--tokens", "15");
  using b = await Mock.start("--ttft", "46", "--itl", "4.6", "--tokens", "15");
  using work = new Workspace();
  const { out, err, code } = await work.plumb(["ab", a.url, b.url, "--budget", "40s", "--parallel", "2", "--json"]);
  const report = JSON.parse(out) as AbReport;
  // On a machine that is too busy there is no valid block, and that is what it says.
  if (report.end === "client-limited") {
    expect(code).toBe(1);
    expect(report.thrown.length).toBeGreaterThanOrEqual(6);
    return;
  }
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(report.figures.some(({ difference }) => difference.answer === "better")).toBe(false);
  if (report.pairs >= 4) expect(report.answer).toBe("worse");
  expect(report.elapsed_s).toBeLessThan(60);
  const blocks = readdirSync(work.join(report.folder)).filter((name) => name !== "ab.json");
  expect(JSON.parse(readFileSync(work.join(report.folder, "ab.json"), "utf8"))).toEqual(report);

  // Both blocks of a pair have one seed, the next pair another. A pair that was thrown away may have one block.
  const seedOf = (block: string): number =>
    JSON.parse(readFileSync(join(work.join(report.folder), block, "config.json"), "utf8")).seed;
  const whole = blocks.map((name) => name.slice(0, 3)).filter((pair, index, all) => all.indexOf(pair) < index);
  expect(whole.length).toBeGreaterThanOrEqual(report.pairs);
  for (const pair of whole) expect(seedOf(`${pair}-A`)).toBe(seedOf(`${pair}-B`));
  const seeds = whole.map((pair) => seedOf(`${pair}-A`));
  expect(new Set(seeds).size).toBe(seeds.length);
}, 120_000);
