import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dir, "../../src/main.ts");
const FOLDER = mkdtempSync(join(tmpdir(), "plumb-main-"));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

function plumb(...args: string[]): { out: string; err: string; code: number } {
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, MAIN, ...args], { cwd: FOLDER });
  return { out: stdout.toString(), err: stderr.toString(), code: exitCode };
}

test.each([[["--help"]], [["run", "--help"]], [["query", "-h"]]])("%p has no colours in a pipe", (args) => {
  const { out, code } = plumb(...args);
  expect(code).toBe(0);
  expect(out).toContain("USAGE");
  expect(out).not.toContain("\u001b");
});

test("exec says that a file which is no program would do nothing", () => {
  for (const name of ["file.txt", "data.json", "noending"]) {
    writeFileSync(join(FOLDER, name), "1");
    expect(plumb("exec", name)).toEqual({
      out: "",
      err: `plumb: exec: ${name} is no program: its name ends in .ts or .js\n`,
      code: 2,
    });
  }
});

test("a message has no line and no escape of another's making", () => {
  const { err, code } = plumb("report", "no\u001b[2Jsuch\u202efolder");
  expect(code).toBe(2);
  expect(err).toContain("no\\x1b[2Jsuch\\u202efolder");
  expect(err).not.toMatch(/[\u001b\u202e]/);
});
