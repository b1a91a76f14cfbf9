import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { METRICS } from "../../src/metrics/definitions.ts";
import { ERROR_KINDS } from "../../src/metrics/error-kinds.ts";
import { glossary } from "../../src/metrics/glossary.ts";
import { EVIDENCE } from "../../src/metrics/verdict-limits.ts";

const MAIN = join(import.meta.dir, "..", "..", "src", "main.ts");

function explain(...args: string[]): { out: string; err: string; code: number } {
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, MAIN, "explain", ...args]);
  return { out: stdout.toString(), err: stderr.toString(), code: exitCode };
}

test("every figure, kind of failure and piece of evidence is in it, under a name of its own", () => {
  const names = glossary().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { key } of METRICS) expect(names).toContain(key);
  for (const name of [...Object.keys(ERROR_KINDS), ...Object.keys(EVIDENCE)]) expect(names).toContain(name);
  const kinds = readFileSync(join(import.meta.dir, "..", "..", "src", "record", "outcome.ts"), "utf8");
  const union = /type ErrorKind =([\s\S]*?);/.exec(kinds)![1]!;
  expect([...union.matchAll(/"(\w+)"/g)].map(([, kind]) => kind!).sort()).toEqual(Object.keys(ERROR_KINDS).sort());
});

test("the verdict is explained with the limits that it is made with", () => {
  const { out, code } = explain("verdict");
  expect(code).toBe(0);
  for (const { name, suspect, limited, unit } of Object.values(EVIDENCE)) {
    const factor = unit === "share" ? 100 : 1;
    const line = out.split("\n").find((candidate) => candidate.trim().startsWith(`${name} `));
    expect(line).toContain(String(suspect * factor));
    if (limited !== null) expect(line).toContain(String(limited * factor));
  }
});

test.each([
  ["TTFT", "ttft_ms"],
  ["time-to-first-token", "ttft_ms"],
  ["rate_limited", "rate_limited"],
  ["client-limited", "verdict"],
  ["client_lag", "client_lag"],
])("%s is found", (name, found) => {
  expect(explain(name).out).toStartWith(`${found}\n`);
});

test("without a name all are listed; as JSON too", () => {
  const { out } = explain();
  const listed = JSON.parse(explain("--json").out) as { name: string }[];
  for (const { name } of listed) expect(out).toContain(`\n  ${name} `);
  expect(JSON.parse(explain("tpot", "--json").out)).toEqual([expect.objectContaining({ name: "tpot_ms" })]);
});

test("a mistyped name: one line with the nearest, exit 2", () => {
  const { out, err, code } = explain("tttf");
  expect({ out, code }).toEqual({ out: "", code: 2 });
  expect(err).toBe('plumb: explain: nothing is called "tttf": did you mean ttft?\n');
});
