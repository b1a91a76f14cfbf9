import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { Mock } from "./mock.ts";
import { BINARY, type Ended, Workspace } from "./plumb.ts";
import { HAS_PROC } from "./processes.ts";
import { ask } from "./record.ts";

const ENDLESS = ["--parallel", "8", "--number", "1000000", "--no-test-connection", "--model", "mock"];
const MOCK = ["--ttft", "5", "--itl", "1", "--tokens", "20"];

/** `plumb` under a limit of the shell's, in a folder. */
async function limited(workspace: Workspace, limit: string, args: string[]): Promise<Ended> {
  const child = Bun.spawn(["sh", "-c", `${limit}; exec "$0" "$@"`, BINARY, ...args], {
    cwd: workspace.path,
    env: workspace.environment,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { out, err, code };
}

interface Left {
  requests: number;
  sound: string;
  ended: string;
  reason: string;
}

function leftIn(folder: string): Left {
  const [left] = ask<Left>(
    folder,
    `SELECT (SELECT count(*) FROM outcome) AS requests, (SELECT integrity_check FROM pragma_integrity_check) AS sound,
      ended, end_reason AS reason FROM run`,
  );
  return left!;
}

/** What a run says that ended because its file took nothing more, held against the file and against the server. */
async function expectAllAccounted({ out, err, code }: Ended, folder: string, mock: Mock): Promise<void> {
  expect({ code, stack: /\n\s+at /.test(err) }).toEqual({ code: 1, stack: false });
  const last = err.trimEnd().split("\n").at(-1)!;
  expect(last).toMatch(
    /^plumb: cannot write to \S+benchmark_data\.db: .*disk.*; free some disk, or choose another --ou/,
  );
  const [, kept, lost] = /the file keeps (\d+) requests, (\d+) that had ended are not in it$/.exec(last) ?? [];
  const left = leftIn(folder);
  expect(left).toMatchObject({ sound: "ok", requests: Number(kept) });
  expect(left.requests).toBeGreaterThan(0);
  // Sending stopped at once: nothing was asked of the server that is not in one of the two figures.
  const { requests } = await mock.stats();
  expect(Math.abs(Number(kept) + Number(lost) - requests)).toBeLessThanOrEqual(8);
  expect(out).toContain("requests/s");
  expect(out).toContain("failed: cannot write to");
}

describe.skipIf(process.platform === "win32")("a disk that fills up while a run goes on", () => {
  test("a limit on file sizes: the report of what was kept, one line, exit code 1", async () => {
    using mock = await Mock.start(...MOCK);
    using workspace = new Workspace();
    const ended = await limited(workspace, "ulimit -f 4000", ["run", "--url", mock.url, ...ENDLESS]);
    const [folder] = workspace.runs();
    await expectAllAccounted(ended, workspace.join(folder!), mock);
    expect((await workspace.plumb(["report", folder!])).out).toBe(ended.out);
  });

  test.skipIf(!canMount())("a full file system: the same, and a word beforehand", async () => {
    using mock = await Mock.start(...MOCK);
    using workspace = new Workspace();
    using disk = new SmallDisk(workspace.join("disk"));
    const ended = await workspace.plumb(["run", "--url", mock.url, "--outputs-dir", disk.path, ...ENDLESS]);
    expect(ended.err).toMatch(/^plumb: the run's file may take \d+ GB, and \S+ has [23] MB free: --record metrics, /m);
    const [folder] = workspace.runs();
    await expectAllAccounted(ended, workspace.join(folder!), mock);
    expect(ended.err).toMatch(/^plumb: cannot write \S+summary\.json: ENOSPC/m);
    expect(workspace.files().some((file) => file.endsWith("summary.json"))).toBe(false);
  });
});

test("the file is deleted while a run goes on: it is written anew, exit code 1", async () => {
  using mock = await Mock.start(...MOCK);
  using workspace = new Workspace();
  const run = workspace.start(["run", "--url", mock.url, ...ENDLESS]);
  await eventually("some replies", async () => (await mock.stats()).finished > 200);
  const [folder] = workspace.runs();
  rmSync(workspace.join("outputs"), { recursive: true });
  const { out, err, code } = await run.ended;
  expect(code).toBe(1);
  const last = err.trimEnd().split("\n").at(-1)!;
  expect(last).toMatch(/db was deleted or replaced while the run went on; the file is written anew with \d+ requests$/);
  const left = leftIn(workspace.join(folder!));
  expect(left).toMatchObject({ sound: "ok", ended: "failed", requests: Number(/(\d+) requests$/.exec(last)?.[1]) });
  expect(left.requests).toBeGreaterThanOrEqual(200);
  expect(readdirSync(workspace.join(folder!)).sort()).toEqual(["benchmark_data.db", "report.html", "summary.json"]);
  expect((await workspace.plumb(["report", folder!])).out).toBe(out);
});

describe.skipIf(!HAS_PROC)("open files", () => {
  test("more at once than the system allows: a line with the ways out, before anything is sent", async () => {
    using mock = await Mock.start(...MOCK);
    using workspace = new Workspace();
    const load = ["run", "--url", mock.url, "--model", "mock", "--parallel", "1000"];
    const { out, err, code } = await limited(workspace, "ulimit -n 200", load);
    expect({ out, code }).toEqual({ out: "", code: 2 });
    expect(err).toBe(
      "plumb: --parallel 1000 needs 1128 open files in an engine process, and the system allows 200: `ulimit -n 20000` " +
        "as root (the hard limit is 200), or --engines 14, or --parallel 72 at most\n",
    );
    expect(workspace.files()).toEqual([]);
    expect((await mock.stats()).requests).toBe(0);
  });

  test("a low soft limit is raised, and what just fits has room enough", async () => {
    using mock = await Mock.start("--ttft", "200", "--itl", "1", "--tokens", "5");
    using workspace = new Workspace();
    const load = ["run", "--url", mock.url, "--model", "mock", "--number", "3x", "--parallel"];
    const raised = await limited(workspace, "ulimit -Sn 100", [...load, "300"]);
    expect(raised.code).toBe(0);
    expect(raised.out).toMatch(/success +100% \(900 of 900\)/);
    const fitting = await limited(workspace, "ulimit -n 200", [...load, "72"]);
    expect(fitting.code).toBe(0);
    expect(fitting.out).toMatch(/success +100% \(216 of 216\)/);
  });
});

/** A file system of 3 MB in memory. */
class SmallDisk implements Disposable {
  constructor(readonly path: string) {
    mkdirSync(path);
    if (!mount(path)) throw new Error(`cannot mount ${path}`);
  }

  [Symbol.dispose](): void {
    Bun.spawnSync(["umount", "-l", this.path]);
  }
}

function mount(path: string): boolean {
  return Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=3m", "none", path]).exitCode === 0;
}

/** Root of a machine may, root of most containers may not. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || Bun.which("mount") === null) return false;
  using workspace = new Workspace();
  const path = join(workspace.path, "disk");
  mkdirSync(path);
  const mounted = mount(path);
  if (mounted) Bun.spawnSync(["umount", path]);
  return mounted && existsSync(path);
}
