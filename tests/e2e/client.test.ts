import { expect, test } from "bun:test";
import type { Calibration, Finding, Summary } from "../../src/metrics/summary-model.ts";
import { Mock } from "./mock.ts";
import { BINARY, type Ended, Workspace } from "./plumb.ts";
import { ask, summaryOf } from "./record.ts";

const CAN_PIN = Bun.which("taskset") !== null;
const HOGS = 8;

function finding({ client }: Summary, name: string): Finding {
  return client.findings.find((one) => one.name === name)!;
}

/** `plumb run --json` on core 0, where hogs want to run all the time. */
async function runAmongHogs(workspace: Workspace, args: string[]): Promise<Ended> {
  const busy = "for (const end = Date.now() + 60_000; Date.now() < end; );";
  const hogs = Array.from({ length: HOGS }, () => {
    return Bun.spawn(["taskset", "-c", "0", process.execPath, "-e", busy]);
  });
  try {
    const child = Bun.spawn(["taskset", "-c", "0", BINARY, "run", ...args, "--json"], {
      cwd: workspace.path,
      env: workspace.environment,
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return { out, err, code };
  } finally {
    for (const hog of hogs) hog.kill("SIGKILL");
  }
}

test.skipIf(!CAN_PIN)(
  "under a CPU hog a run is client-limited, says what that did, and fails with --strict",
  async () => {
    using mock = await Mock.start("--ttft", "50", "--itl", "5", "--tokens", "40");
    using workspace = new Workspace();
    const args = ["--url", mock.url, "--model", "mock", "--parallel", "128", "--number", "512", "--no-test-connection"];
    const { out, err, code } = await runAmongHogs(workspace, [...args, "--strict"]);
    const summary = JSON.parse(out) as Summary;
    expect(summary.client.verdict).toBe("client-limited");
    expect(summary.client.reasons[0]).toMatch(/\(limit .+\): .+\. Try .+\./);
    expect(finding(summary, "core_wait").verdict).toBe("client-limited");
    expect(finding(summary, "loop_lag").effect).toMatch(/TTFT and latency p99 may be up to \d+ ms too high/);
    expect(code).toBe(1);
    expect(err.match(/--strict/g)).toHaveLength(1);
  },
);

test("with too many streams for one engine a run is client-limited", async () => {
  using mock = await Mock.start("--ttft", "100", "--itl", "2", "--tokens", "60");
  using workspace = new Workspace();
  const load = ["--parallel", "1500", "--number", "3000", "--engines", "1"];
  const { folder, code } = await workspace.run("--url", mock.url, "--model", "mock", ...load);
  const { client } = summaryOf(workspace.join(folder));
  expect(client.verdict).toBe("client-limited");
  expect(client.reasons[0]).toMatch(/--transport socket|--engines 2|another machine/);
  // Without --strict it is only said.
  expect(code).toBe(0);
});

test("a slow service is not blamed on the client", async () => {
  using mock = await Mock.start("--ttft", "900", "--itl", "0", "--tokens", "4");
  using workspace = new Workspace();
  const { folder } = await workspace.run("--url", mock.url, "--model", "mock", "--parallel", "2", "--number", "6");
  const summary = summaryOf(workspace.join(folder));
  expect(summary.ttft_ms!.p50).toBeGreaterThan(890);
  expect(finding(summary, "client_lag").verdict).toBe("valid");
  expect(finding(summary, "coalesced").verdict).toBe("valid");
  expect(summary.client.evidence_s).toBeGreaterThan(2);
  // Whoever else works here may hold plumb up; where nobody does, nothing is found.
  const quiet = ["core_wait", "loop_lag", "steal", "load"].every((name) => finding(summary, name)?.verdict === "valid");
  if (quiet) expect(summary.client).toMatchObject({ verdict: "valid", reasons: [] });
});

test("calibrate tells plumb's own error, request by request", async () => {
  using workspace = new Workspace();
  const load = ["--parallel", "4", "--number", "12", "--max-tokens", "5", "--ttft", "60", "--itl", "10"];
  const { out, code } = await workspace.plumb(["calibrate", ...load, "--json"]);
  expect(code).toBe(0);
  const [level, ...more] = JSON.parse(out) as Calibration[];
  expect(more).toEqual([]);
  expect(level).toMatchObject({
    parallel: 4,
    requests: 12,
    compared: 12,
    server: { ttft_ms: 60, itl_ms: 10, tokens: 5 },
  });
  // A client cannot see a token before the server has written it.
  expect(level!.ttft_error_ms!.p50).toBeWithin(-0.5, 1000);
  expect(level!.latency_error_ms!.max).toBeGreaterThanOrEqual(level!.latency_error_ms!.p50);
  expect(Math.abs(level!.tpot_error_ms!.p50)).toBeLessThan(100);
  expect(workspace.files()).toEqual([]);
});

test("run --calibrate puts the error beside the results, and keeps it in the database", async () => {
  using mock = await Mock.start("--ttft", "20", "--itl", "1", "--tokens", "5");
  using workspace = new Workspace();
  const load = ["--parallel", "2", "--number", "6", "--max-tokens", "5", "--calibrate"];
  const { folder, out } = await workspace.run("--url", mock.url, "--model", "mock", ...load);
  expect(out).toMatch(/error +at 2 at once plumb itself was off by p50 \/ p99: TTFT/);
  const { client } = summaryOf(workspace.join(folder));
  expect(client.calibration).toHaveLength(1);
  expect(client.calibration![0]).toMatchObject({ parallel: 2, server: { tokens: 5 } });
  const [row] = ask<{ calibration: string }>(workspace.join(folder), "SELECT calibration FROM run");
  expect(JSON.parse(row!.calibration)).toEqual(client.calibration);
  // The service itself saw its own requests alone, and the connection test.
  expect((await mock.stats()).requests).toBeLessThanOrEqual(7);
});
