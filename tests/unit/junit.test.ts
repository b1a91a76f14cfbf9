import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countTests } from "../../scripts/junit.ts";

/** What Bun reports of some test files, written to a folder of their own. */
async function reportOf(files: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "plumb-junit-"));
  try {
    for (const [name, source] of Object.entries(files)) {
      await Bun.write(join(folder, name), `import { describe, expect, test } from "bun:test";\n${source}`);
    }
    const child = Bun.spawn([process.execPath, "test", "--reporter=junit", "--reporter-outfile=report.xml"], {
      cwd: folder,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
    });
    await child.exited;
    return await Bun.file(join(folder, "report.xml")).text();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("passed, failed and skipped add up, nested ones too", async () => {
  const report = await reportOf({
    "a.test.ts": `test("1", () => {}); test.skip("2", () => {}); test.todo("3");
      describe("d", () => { test("tests=\\"99\\" failures=\\"99\\"", () => expect(1).toBe(2)); test("5", () => {}); });`,
    "b.test.ts": `test("1", () => {});`,
  });
  expect(countTests(report, ["a.test.ts", "b.test.ts"])).toEqual({ passed: 3, failed: 1, skipped: 2, missing: [] });
});

test("a file that cannot be loaded is a failure, not a silence", async () => {
  const report = await reportOf({ "a.test.ts": `test("1", () => {});`, "b.test.ts": `import "./nowhere.ts";` });
  const { passed, failed, missing } = countTests(report, ["a.test.ts", "b.test.ts"]);
  expect({ passed, failed, missing }).toEqual({ passed: 1, failed: 1, missing: ["b.test.ts"] });
});

test("no report at all: nothing passed", () => {
  expect(countTests("", ["a.test.ts"])).toEqual({ passed: 0, failed: 1, skipped: 0, missing: ["a.test.ts"] });
});
