import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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

test.each([
  [["constructor"], "unknown command constructor: the commands are run, "],
  [["data", "constructor"], "data: unknown action constructor: say list, show, stats\n"],
  [["plugins", "lst"], "plugins: unknown action lst: did you mean list?\n"],
  [["data"], "data: say what to do: list, show, stats\n"],
])("%p is no command: the message says which are", (args, message) => {
  const { out, err, code } = plumb(...args);
  expect(err).toStartWith(`plumb: ${message}`);
  expect({ out, code }).toEqual({ out: "", code: 2 });
});

test("ab refuses what would send nothing, and sends nothing", () => {
  for (const flag of ["--dry-run", "--print-config", "--calibrate"]) {
    const { err, code } = plumb("ab", "http://127.0.0.1:1", "http://127.0.0.1:2", "--model", "m", flag);
    expect(err).toBe(`plumb: ab: ${flag} is for \`plumb run\`: give it there, with --url\n`);
    expect(code).toBe(2);
  }
  expect(existsSync(join(FOLDER, "outputs"))).toBe(false);
});

test("find refuses loads with times of their own", () => {
  const find = ["find", "--url", "http://127.0.0.1:1", "--model", "m", "--slo", "ttft_p99<1s"];
  for (const trace of [
    ["--replay", "x"],
    ["--dataset", "trace", "--dataset-path", "x"],
  ]) {
    const { err, code } = plumb(...find, ...trace);
    expect(err).toContain("has times of its own: find tries loads");
    expect(code).toBe(2);
  }
});

test("find hears --no-html and --lang as run does", async () => {
  const reply = { choices: [{ index: 0, message: { content: "yes" }, finish_reason: "stop" }], usage: {} };
  using server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json(reply) });
  const args = ["find", "--url", server.url.href, "--model", "m", "--no-stream", "--slo", "latency_p99<60s"];
  const bounds = ["--to", "1", "--number", "1", "--num-runs", "1", "--outputs-dir", "found", "--no-timestamp"];
  const child = Bun.spawn([process.execPath, MAIN, ...args, ...bounds, "--lang", "zh", "--no-html"], {
    cwd: FOLDER,
    stdout: "pipe",
    stderr: "pipe",
  });
  expect(await child.stdout.text()).toMatch(/[\u4e00-\u9fff]/);
  expect(await child.exited).toBe(0);
  expect(readdirSync(join(FOLDER, "found", "m"))).not.toContain("report.html");
});

test.each([
  [["perf", "--url", "x"], "unknown command perf: what evalscope calls perf is plumb run"],
  [["--url", "x"], "--url: a command comes first, such as plumb run --url"],
  [["run", "--url", "x:1", "--concurrency", "4"], "unknown flag --concurrency: did you mean --parallel?"],
  [["plugins", "check", "none.ts"], "plugins check: no such file or folder: none.ts"],
  [["report", "none"], "no such file or folder: none; plumb ls lists the runs"],
  [["query", ".", "SELECT 1"], ". has no benchmark_data.db: name a run's folder or its database file; plumb ls . "],
])("%p: the message says what to do", (args, message) => {
  const { err, code } = plumb(...args);
  expect(err).toStartWith(`plumb: ${message}`);
  expect(code).toBe(2);
});
