import type { BenchCase } from "./cases.ts";
import type { Measured } from "./measure.ts";

export interface Result {
  bench: BenchCase;
  runs: Measured[];
}

const HEAD = [
  "case",
  "transport",
  "record",
  "succeeded",
  "chunks a CPU second",
  "requests a CPU second",
  "requests/s",
  "TTFT p50 off, ms",
  "TTFT p99 off, ms",
  "memory, MB",
  "connections",
  "verdict",
];

/** A Markdown table: the middle of the repeats, and behind it their lowest and highest. */
export function benchTable(results: Result[]): string {
  const rows = results.map(({ bench, runs }) => [
    bench.name,
    bench.transport,
    bench.record,
    `${Math.min(...runs.map((run) => run.success))} of ${runs[0]!.requests}`,
    spread(runs, (run) => run.chunksPerCpuS, 0),
    spread(runs, (run) => run.requestsPerCpuS, 0),
    spread(runs, (run) => run.requestsPerS, 0),
    spread(runs, (run) => run.ttftErrorMs.p50, 1),
    spread(runs, (run) => run.ttftErrorMs.p99, 1),
    spread(runs, (run) => run.peakMb, 0),
    spread(runs, (run) => run.connections, 0),
    [...new Set(runs.map((run) => run.verdict))].join(", "),
  ]);
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(HEAD), line(HEAD.map(() => "---")), ...rows.map(line)].join("\n");
}

function spread(runs: Measured[], of: (run: Measured) => number, digits: number): string {
  const values = runs.map(of).toSorted((a, b) => a - b);
  const text = (value: number) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const middle = text(values[(values.length - 1) >> 1]!);
  return values.length === 1 ? middle : `${middle} (${text(values[0]!)} to ${text(values.at(-1)!)})`;
}
