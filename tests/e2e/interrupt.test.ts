import { describe, expect, test } from "bun:test";
import { closedPort } from "./closed-port.ts";
import { eventually } from "./eventually.ts";
import { Mock } from "./mock.ts";
import { type Plumb, Workspace } from "./plumb.ts";
import { groupOf, HAS_PROC } from "./processes.ts";
import { results, summaryOf } from "./record.ts";

const INTERRUPTED = 130;

/** An endless load of four at once. */
function startLoad(workspace: Workspace, mock: Mock, ...flags: string[]): Plumb {
  const load = ["--parallel", "4", "--number", "100000", "--no-test-connection", "--model", "mock"];
  return workspace.start(["run", "--url", mock.url, ...load, ...flags]);
}

async function expectNobodyLeft(run: Plumb): Promise<void> {
  if (HAS_PROC) await eventually("the engines' end", () => groupOf(run.pid).length === 0, 2);
}

describe("Ctrl-C", () => {
  test("once: nothing more is sent, what is in flight ends, the report is there, nothing is lost", async () => {
    using mock = await Mock.start("--ttft", "100-300", "--itl", "20", "--tokens", "10-20");
    using workspace = new Workspace();
    const run = startLoad(workspace, mock);
    await eventually("some replies", async () => (await mock.stats()).finished >= 6);
    const before = await mock.stats();
    run.interrupt();
    const { code, out, err } = await run.ended;
    expect(code).toBe(INTERRUPTED);
    const server = await mock.stats();
    expect(server).toMatchObject({ aborted: 0, in_flight: 0 });
    expect(server.finished).toBeLessThanOrEqual(before.requests + 4);
    const rows = results(workspace.join(workspace.runs()[0]!));
    expect(rows).toHaveLength(server.finished);
    expect(rows.every((row) => row.success === 1)).toBe(true);
    expect(out).toMatch(/^interrupted$/m);
    expect(out).toMatch(/success +100% /);
    expect(err).not.toMatch(/\n\s+at /);
    const summary = summaryOf(workspace.join(workspace.runs()[0]!));
    expect(summary).toMatchObject({ run: { end: "interrupted" }, requests: { success: server.finished, failed: 0 } });
    const again = await workspace.plumb(["report", workspace.runs()[0]!]);
    expect(again).toMatchObject({ out, code: 0 });
    await expectNobodyLeft(run);
  });

  test("twice: what is in flight is cancelled, and the end is quick", async () => {
    using mock = await Mock.start("--ttft", "20", "--itl", "50", "--tokens", "2000");
    using workspace = new Workspace();
    const run = startLoad(workspace, mock);
    await eventually("four streams with some output", async () => (await mock.stats()).server_gap_ms.count > 20);
    run.interrupt();
    await Bun.sleep(500);
    expect(run.running).toBe(true);
    const began = performance.now();
    run.interrupt();
    const { code, out } = await run.ended;
    expect(performance.now() - began).toBeLessThan(5000);
    expect(code).toBe(INTERRUPTED);
    const rows = results(workspace.join(workspace.runs()[0]!));
    expect(rows.map((row) => row.error_kind)).toEqual(Array(4).fill("cancelled"));
    for (const row of rows) expect(row.output_text).not.toBe("");
    expect(out).toMatch(/errors +cancelled 4/);
    await eventually("the server's view", async () => (await mock.stats()).aborted === 4);
    await expectNobodyLeft(run);
  });

  test("with --json: stdout is still one document", async () => {
    using mock = await Mock.start("--ttft", "50", "--itl", "5", "--tokens", "5");
    using workspace = new Workspace();
    const run = startLoad(workspace, mock, "--json", "--engines", "2", "--warmup-num", "4");
    await eventually("some replies", async () => (await mock.stats()).finished >= 12);
    run.interrupt();
    const { code, out } = await run.ended;
    expect(code).toBe(INTERRUPTED);
    const { finished, aborted } = await mock.stats();
    expect(JSON.parse(out)).toMatchObject({
      run: { end: "interrupted", warmup: 4 },
      requests: { total: finished - 4 },
    });
    expect(aborted).toBe(0);
  });

  test("during the warm-up: the level that was to come is not begun", async () => {
    using mock = await Mock.start("--ttft", "50", "--itl", "5", "--tokens", "5");
    using workspace = new Workspace();
    const run = startLoad(workspace, mock, "--warmup-num", "100000");
    await eventually("some replies", async () => (await mock.stats()).finished >= 8);
    run.interrupt();
    const { code } = await run.ended;
    expect(code).toBe(INTERRUPTED);
    const rows = results(workspace.join(workspace.runs()[0]!));
    expect(rows).toHaveLength((await mock.stats()).finished);
    expect(rows.every((row) => row.phase === "warmup")).toBe(true);
  });

  test("before anything is sent: it ends at once and leaves nothing", async () => {
    using mock = await Mock.start("--ttft", "20000", "--tokens", "1");
    using workspace = new Workspace();
    const args = ["run", "--number", "1", "--wait-ready", "600"];
    const asking = workspace.start([...args, "--url", mock.url]);
    await eventually("the connection test", async () => (await mock.stats()).in_flight === 1);
    const waiting = workspace.start([...args, "--url", `http://127.0.0.1:${closedPort()}`]);
    await eventually("the first try", () => waiting.err.includes("waiting"));
    for (const run of [asking, waiting]) {
      run.interrupt();
      const { code, out } = await run.ended;
      expect({ code, out }).toEqual({ code: INTERRUPTED, out: "" });
      await expectNobodyLeft(run);
    }
    expect(workspace.files()).toEqual([]);
  });
});

test("SIGTERM to the main process alone counts as one Ctrl-C", async () => {
  using mock = await Mock.start("--ttft", "100", "--itl", "5", "--tokens", "5");
  using workspace = new Workspace();
  const run = startLoad(workspace, mock);
  await eventually("some replies", async () => (await mock.stats()).finished >= 4);
  run.signal("SIGTERM");
  const { code } = await run.ended;
  expect(code).toBe(INTERRUPTED);
  const server = await mock.stats();
  expect(server.aborted).toBe(0);
  expect(results(workspace.join(workspace.runs()[0]!))).toHaveLength(server.finished);
  await expectNobodyLeft(run);
});
