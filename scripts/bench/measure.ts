import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunSummary } from "../../src/contract/summary.ts";
import type { StatsReport } from "../../src/mock/stats.ts";
import { treeMemory } from "../tree-memory.ts";
import type { BenchCase } from "./cases.ts";

const MEMORY_EVERY_MS = 250;

/** What one run of a case cost, and how far its times were off. */
export interface Measured {
  success: number;
  requests: number;
  verdict: string;
  /** User and system, of plumb's processes together. */
  cpuS: number;
  wallS: number;
  chunksPerCpuS: number;
  requestsPerCpuS: number;
  requestsPerS: number;
  /** plumb's percentile minus the server's own. */
  ttftErrorMs: { p50: number; p99: number };
  peakMb: number;
  /** Connections that the server accepted during the run. */
  connections: number;
}

/** Runs a case once against the embedded server, which is a process of its own and not counted. */
export async function measure(binary: string, bench: BenchCase): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "plumb-bench-"));
  const server = await startServer(binary, bench);
  try {
    const started = performance.now();
    const run = Bun.spawn([binary, ...runArguments(server.url, bench)], {
      cwd: folder,
      stdout: "pipe",
      stderr: "pipe",
    });
    let peakMb = 0;
    const timer = setInterval(() => {
      peakMb = Math.max(peakMb, treeMemory(run.pid)?.pssMb ?? 0);
    }, MEMORY_EVERY_MS);
    const [out, err, code] = await Promise.all([
      new Response(run.stdout).text(),
      new Response(run.stderr).text(),
      run.exited,
    ]);
    clearInterval(timer);
    if (code !== 0) throw new Error(`plumb run ended with ${code}: ${err}`);
    const wallS = (performance.now() - started) / 1000;
    const stats = (await (await fetch(`${server.url}/stats`)).json()) as StatsReport;
    return figures(JSON.parse(out) as RunSummary, stats, cpuSeconds(run.resourceUsage()), { wallS, peakMb });
  } finally {
    server.child.kill();
    await server.child.exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startServer(binary: string, { ttft, itl, tokens }: BenchCase) {
  const flags = ["--port", "0", "--ttft", String(ttft), "--itl", String(itl), "--tokens", String(tokens)];
  const child = Bun.spawn([binary, "mock", ...flags], { stdout: "pipe", stderr: "inherit" });
  const first = await child.stdout.getReader().read();
  const url = /http:\S+/.exec(new TextDecoder().decode(first.value))?.[0];
  if (url === undefined) throw new Error("plumb mock did not start");
  return { child, url };
}

function runArguments(url: string, { parallel, number, tokens, transport, record }: BenchCase): string[] {
  const load = ["--parallel", String(parallel), "--number", String(number), "--max-tokens", String(tokens)];
  return ["run", "--url", url, "--model", "mock", "--no-test-connection", "--json", ...load]
    .concat(["--transport", transport, "--record", record])
    .concat(["--prompt", "Say something about the sea."]);
}

/** The kernel adds the children that a process has waited for, so the engines are in it. Microseconds there. */
function cpuSeconds(usage: { cpuTime: { total: number | bigint } } | undefined): number {
  return Number(usage?.cpuTime.total ?? 0) / 1e6;
}

function figures(
  summary: RunSummary,
  stats: StatsReport,
  cpuS: number,
  { wallS, peakMb }: { wallS: number; peakMb: number },
): Measured {
  const [level] = summary.levels;
  if (level === undefined) throw new Error("the run has no level");
  const { ttft_ms: ttft, requests } = level;
  return {
    success: requests.success,
    requests: requests.offered,
    verdict: summary.client.verdict,
    cpuS,
    wallS,
    chunksPerCpuS: stats.completion_tokens / cpuS,
    requestsPerCpuS: requests.success / cpuS,
    requestsPerS: level.throughput.requests_per_s ?? 0,
    ttftErrorMs: {
      p50: (ttft?.p50 ?? Number.NaN) - (stats.server_ttft_ms.p50 ?? Number.NaN),
      p99: (ttft?.p99 ?? Number.NaN) - (stats.server_ttft_ms.p99 ?? Number.NaN),
    },
    peakMb,
    connections: stats.accepted,
  };
}
