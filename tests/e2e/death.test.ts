import { describe, expect, test } from "bun:test";
import { eventually } from "./eventually.ts";
import { Mock } from "./mock.ts";
import { type Plumb, Workspace } from "./plumb.ts";
import { enginesOf, groupOf, HAS_PROC } from "./processes.ts";
import { ask, HAS_SQLITE3, results, sqlite3, summaryOf } from "./record.ts";

/** What may be lost to kill -9: the last second. A busy machine gets half of one more. */
const LOSS_MS = 1500;

function startLoad(workspace: Workspace, mock: Mock, ...flags: string[]): Plumb {
  const load = ["--parallel", "4", "--number", "1000000", "--no-test-connection", "--model", "mock"];
  return workspace.start(["run", "--url", mock.url, ...load, ...flags]);
}

/** Lets it run until so many replies are older than what may be lost; returns how many. */
async function settled(mock: Mock, least: number): Promise<number> {
  await eventually(`${least} replies`, async () => (await mock.stats()).finished >= least);
  const { finished } = await mock.stats();
  await Bun.sleep(LOSS_MS);
  return finished;
}

function enginePids(folder: string): number[] {
  return ask<{ pid: number }>(folder, "SELECT pid FROM engine ORDER BY engine").map(({ pid }) => pid);
}

describe.skipIf(!HAS_PROC)("kill -9 of the main process", () => {
  test("the engines follow, and what was finished a second before is in a sound file", async () => {
    using mock = await Mock.start("--ttft", "20", "--itl", "2", "--tokens", "10");
    using workspace = new Workspace();
    const run = startLoad(workspace, mock, "--engines", "2");
    const finished = await settled(mock, 50);
    expect(enginesOf(run.pid)).toHaveLength(2);
    run.signal("SIGKILL");
    await eventually("the engines' end", () => groupOf(run.pid).length === 0, 2);
    const after = await mock.stats();
    await eventually("the connections' end", async () => (await mock.stats()).open <= 1, 2);
    await Bun.sleep(200);
    expect((await mock.stats()).requests).toBe(after.requests);

    const [folder] = workspace.runs();
    const database = workspace.join(folder!, "benchmark_data.db");
    const report = await workspace.plumb(["report", folder!]);
    expect(report).toMatchObject({ err: "", code: 0 });
    expect(report.out).toContain("still running, or killed");
    expect(report.out).toMatch(/success +100% /);
    const rows = results(workspace.join(folder!));
    expect(rows.length).toBeGreaterThanOrEqual(finished);
    for (const row of rows) expect(row).toMatchObject({ success: 1, token_source: "usage", completion_tokens: 10 });
    if (!HAS_SQLITE3) return;
    expect(sqlite3(database, "PRAGMA integrity_check")).toBe("ok\n");
    expect(Number(sqlite3(database, "SELECT count(*) FROM result WHERE success=1"))).toBe(rows.length);
    expect(sqlite3(database, "SELECT ended, end_time IS NULL FROM run")).toBe("running|1\n");
  });
});

describe.skipIf(!HAS_PROC)("kill -9 of an engine", () => {
  test("the run ends with a line that names it; what was finished is kept, the rest is engine_lost", async () => {
    using mock = await Mock.start("--ttft", "300", "--itl", "10", "--tokens", "10");
    using workspace = new Workspace();
    const run = startLoad(workspace, mock);
    const finished = await settled(mock, 8);
    const [folder] = workspace.runs();
    const [pid] = enginePids(workspace.join(folder!));
    expect(enginesOf(run.pid)).toEqual([pid!]);
    process.kill(pid!, "SIGKILL");
    const { code, out, err } = await run.ended;
    expect(code).toBe(1);
    expect(err.trimEnd().split("\n").at(-1)).toMatch(/^plumb: engine 0 ended \(signal SIGKILL\): /);
    expect(err).not.toMatch(/\n\s+at /);
    expect(out).toMatch(/errors +engine_lost \d/);
    const rows = results(workspace.join(folder!));
    const lost = rows.filter((row) => row.error_kind === "engine_lost");
    expect(rows.length - lost.length).toBeGreaterThanOrEqual(finished);
    expect(rows.filter((row) => row.success === 1)).toHaveLength(rows.length - lost.length);
    expect(lost).toHaveLength(4);
    for (const row of lost) expect(row.error).toContain("SIGKILL");
    expect(lost.some((row) => row.start_time !== null && row.latency !== null)).toBe(true);
    expect(summaryOf(workspace.join(folder!)).run).toMatchObject({ end: "failed" });
    expect((await workspace.plumb(["report", folder!])).out).toBe(out);
  });

  test("of two: the other one's requests are recorded too, and it is gone with the run", async () => {
    using mock = await Mock.start("--ttft", "2000", "--itl", "10", "--tokens", "3");
    using workspace = new Workspace();
    const run = startLoad(workspace, mock, "--engines", "2");
    await eventually("four in flight", async () => (await mock.stats()).in_flight === 4);
    // A beat, in which the engines tell what they have sent.
    await Bun.sleep(500);
    const [folder] = workspace.runs();
    process.kill(enginePids(workspace.join(folder!))[1]!, "SIGKILL");
    const { code, err } = await run.ended;
    expect(code).toBe(1);
    expect(err).toContain("plumb: engine 1 ended (signal SIGKILL)");
    const rows = results(workspace.join(folder!));
    expect(rows.map((row) => `${row.engine} ${row.error_kind}`).sort()).toEqual([
      ...["0 cancelled", "0 cancelled", "1 engine_lost", "1 engine_lost"],
    ]);
    expect(groupOf(run.pid)).toEqual([]);
  });

  test("during the connection test: one line, exit code 1", async () => {
    using mock = await Mock.start("--ttft", "20000", "--tokens", "1");
    using workspace = new Workspace();
    const run = workspace.start(["run", "--url", mock.url, "--number", "1"]);
    await eventually("the connection test", async () => (await mock.stats()).in_flight === 1);
    process.kill(enginesOf(run.pid)[0]!, "SIGKILL");
    const { code, out, err } = await run.ended;
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(/^plumb: [^\n]*engine[^\n]*SIGKILL[^\n]*\n$/);
    expect(workspace.files()).toEqual([]);
  });
});

test.skipIf(!HAS_SQLITE3)("the ordinary sqlite3 and plumb report read the file while the run goes on", async () => {
  using mock = await Mock.start("--ttft", "20", "--itl", "2", "--tokens", "5");
  using workspace = new Workspace();
  const run = startLoad(workspace, mock);
  await eventually("the first reply", async () => (await mock.stats()).finished > 0);
  const [folder] = workspace.runs();
  const database = workspace.join(folder!, "benchmark_data.db");
  const count = () => Number(sqlite3(database, "SELECT count(*) FROM result WHERE success=1"));
  await eventually("some rows", () => count() > 0);
  const before = count();
  await eventually("more rows", () => count() > before);
  const sql =
    "SELECT request_id, first_chunk_latency, json_extract(response_messages, '$[0].id') FROM result " +
    "WHERE success=1 AND first_chunk_latency > 0.01 LIMIT 1;";
  expect(sqlite3(database, sql)).toMatch(/^\w+-\d+\|0\.\d+\|chatcmpl-mock-\d+\n$/);
  const report = await workspace.plumb(["report", folder!]);
  expect(report).toMatchObject({ err: "", code: 0 });
  expect(report.out).toContain("still running, or killed");
  expect(run.running).toBe(true);
  run.interrupt();
  const { code } = await run.ended;
  expect(code).toBe(130);
  expect(count()).toBe((await mock.stats()).finished);
});
