// `npm test`: the checks, the binary, then every test. The last line says how many passed and failed.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, DEFAULT_BUILD } from "./build.ts";
import { runChecks } from "./check/all.ts";
import { countTests, type TestCounts } from "./junit.ts";

const ROOT = join(import.meta.dir, "..");

/** Programs that some tests look at plumb with. Those tests skip themselves where one is missing. */
const TOOLS = ["sqlite3", "tmux", "chromium"];

async function installTools(): Promise<void> {
  const wanting = () => TOOLS.filter((tool) => Bun.which(tool) === null);
  if (wanting().length === 0) return;
  if (process.getuid?.() === 0 && Bun.which("apt-get") !== null) {
    const quiet = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    for (const command of [["update"], ["install", "-y", "--no-install-recommends", ...wanting()]]) {
      const options = { env: quiet, stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;
      await Bun.spawn(["apt-get", "-qq", ...command], options).exited;
    }
  }
  for (const tool of wanting()) console.log(`${tool} is not installed: the tests that need it are skipped`);
}

async function buildBinary(): Promise<boolean> {
  // The one of an earlier build must not be tested in its place.
  rmSync(DEFAULT_BUILD.outfile, { force: true });
  try {
    await build(DEFAULT_BUILD);
    console.log("(pass) build dist/plumb");
    return true;
  } catch (error) {
    console.log(`(fail) build dist/plumb\n${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

/** The tests of these folders, in a process of their own. @param output where what they print goes */
async function runTests(folders: string[], output: "inherit" | "pipe"): Promise<TestCounts> {
  const work = mkdtempSync(join(tmpdir(), "plumb-test-"));
  try {
    const report = join(work, "junit.xml");
    const flags = ["--timeout", "60000", "--reporter=junit", `--reporter-outfile=${report}`];
    const places = folders.map((folder) => `./tests/${folder}/`);
    const child = Bun.spawn([process.execPath, "test", ...flags, ...places], {
      cwd: ROOT,
      stdin: "ignore",
      stdout: output,
      stderr: output,
    });
    const texts = output === "pipe" ? [new Response(child.stdout).text(), new Response(child.stderr).text()] : [];
    const [code, ...printed] = await Promise.all([child.exited, ...texts]);
    process.stdout.write(printed.join(""));
    const files = folders.flatMap((folder) => [...new Bun.Glob(`tests/${folder}/**/*.test.ts`).scanSync(ROOT)]);
    const { missing, ...counts } = countTests(existsSync(report) ? await Bun.file(report).text() : "", files);
    for (const file of missing) console.log(`(fail) ${file} did not run to its end, or holds no test`);
    if (code !== 0 && counts.failed === 0) {
      console.log(`(fail) bun test ended with code ${code}`);
      counts.failed = 1;
    }
    return counts;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await installTools();
const checks = [...(await runChecks()).map((check) => check.ok), await buildBinary()];
// Side by side: those that run the binary mostly wait for it.
const both = await Promise.all([runTests(["unit", "contract"], "pipe"), runTests(["e2e"], "inherit")]);
const sum = (of: (counts: TestCounts) => number) => both.reduce((total, counts) => total + of(counts), 0);
const passed = checks.filter((ok) => ok).length + sum((counts) => counts.passed);
const failed = checks.filter((ok) => !ok).length + sum((counts) => counts.failed);
const skipped = sum((counts) => counts.skipped);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 || both.some((counts) => counts.passed === 0) ? 1 : 0;
