import { expect, test } from "bun:test";
import { tmpdir } from "node:os";
import type { RunConfig } from "../../src/config/run-config.ts";
import { diskNotice, estimatedBytes } from "../../src/run/disk.ts";
import { closedLevel } from "./load-fixture.ts";
import { configOf, paramsOf } from "./run-fixture.ts";

const TEXT = { produces: "text" } as const;
const PROMPT = { kind: "prompt" as const, prompt: "x".repeat(4000) };

function load(changed: Partial<RunConfig> = {}, maxTokens = 100): RunConfig {
  return configOf({ levels: [closedLevel(4, 1000)], params: paramsOf({ maxTokens }), ...changed });
}

test("the estimate grows with what is recorded", () => {
  const [metrics, text, full] = (["metrics", "text", "full"] as const).map((record) =>
    estimatedBytes(load({ record }), TEXT, PROMPT),
  );
  // 1,000 requests: figures and times alone; then 4 KB of prompt and 0.5 KB of answer; then 100 chunks.
  expect(metrics!).toBeGreaterThan(1e6);
  expect(metrics!).toBeLessThan(3e6);
  expect(text! - metrics!).toBeGreaterThan(4e6);
  expect(text!).toBeLessThan(10e6);
  expect(full! - text!).toBeGreaterThan(20e6);
  expect(full!).toBeLessThan(60e6);
});

test("it counts every level and the warm-up, and goes by the mean of a range of lengths", () => {
  const one = estimatedBytes(load(), TEXT, PROMPT);
  const levels = [closedLevel(4, 1000), closedLevel(8, 1000)];
  expect(estimatedBytes(load({ levels }), TEXT, PROMPT)).toBe(2 * one);
  expect(estimatedBytes(load({ warmup: { num: 500, durationS: null } }), TEXT, PROMPT)).toBeCloseTo(1.5 * one, -1);
  const ranged = estimatedBytes(load({ maxTokensTo: 300 }), TEXT, PROMPT);
  expect(ranged).toBe(estimatedBytes(load({}, 200), TEXT, PROMPT));
  expect(estimatedBytes(load(), TEXT, { ...PROMPT, maxTokens: 10 })).toBeLessThan(one / 2);
});

test("a reply that is no text has its own size", () => {
  expect(estimatedBytes(load({}, 10), { produces: "embedding" }, PROMPT)).toBeGreaterThan(20e6);
});

test("a line only where it does not fit, with both figures and what to do", () => {
  expect(diskNotice(2e9, load(), "out", 2e9)).toBeNull();
  expect(diskNotice(123e9, load(), "out", 15.5e9)).toBe(
    "the run's file may take 123 GB, and out has 15.5 GB free: " +
      "--record metrics, --outputs-dir on another disk, or a smaller --number",
  );
  expect(diskNotice(2e9, load({ record: "metrics" }), "out", 5e6)).toBe(
    "the run's file may take 2.00 GB, and out has 5 MB free: --outputs-dir on another disk, or a smaller --number",
  );
});

test("a terabyte and more is said in figures, not in powers of ten", () => {
  expect(diskNotice(1e12, load(), "out", 999.7e9)).toStartWith(
    "the run's file may take 1,000 GB, and out has 1,000 GB free: ",
  );
  expect(diskNotice(12_345e9, load(), "out", 1e6)).toContain("may take 12,300 GB,");
});

test("what is free is asked of the folder's own disk", () => {
  expect(diskNotice(0, load(), tmpdir())).toBeNull();
  expect(diskNotice(Number.MAX_VALUE, load(), tmpdir())).toContain("free");
});
