import type { ListedRun, UnreadableRun } from "../compare/listed-run.ts";
import { withUnit } from "./figure-change.ts";
import { figure } from "./figure-text.ts";
import { printable } from "./printable.ts";
import { alignedLines, cutToWidth, fits } from "./text-table.ts";

const HEADER = [
  "TIME",
  "MODEL",
  "LOAD",
  "SUCCESS",
  "REQ/S",
  "TOK/S",
  "TTFT P99 ms",
  "LATENCY P99 ms",
  "VERDICT",
  "RUN",
];
const LONGEST_MODEL = 32;
const LONGEST_LOAD = 20;

/** Runs, a line each; throughput is of the best level, waits are of the worst. */
export function renderRuns(runs: ListedRun[], unreadable: UnreadableRun[], columns: number | undefined): string {
  const rows = runs.map((run) => [
    localTime(run.time),
    cutToWidth(printable(run.model), LONGEST_MODEL),
    cutToWidth(run.load.join(","), LONGEST_LOAD),
    withUnit(run.success_rate, "share"),
    figure(run.requests_per_s),
    figure(run.output_tokens_per_s),
    figure(run.ttft_p99_ms),
    figure(run.latency_p99_ms),
    run.end === "done" ? run.verdict : `${run.verdict}, ${run.end}`,
    printable(run.path),
  ]);
  const lines = alignedLines(
    [HEADER, ...rows],
    HEADER.map((_, i) => (i < 3 || i > 7 ? "left" : "right")),
  );
  const broken = unreadable.map(({ path, error }) => `${printable(path)}: ${printable(error)}`);
  const shown = rows.length === 0 ? [] : columns === undefined || fits(lines, columns) ? lines : narrow(rows);
  return [...shown, ...broken, ""].join("\n");
}

/** Two lines a run. */
function narrow(rows: string[][]): string[] {
  return rows.flatMap(([time, model, load, success, requests, tokens, ttft, latency, verdict, path]) => [
    `${path}`,
    `  ${time}  ${model}  load ${load}  ${success}  ${requests} req/s  ${tokens} tok/s  TTFT p99 ${ttft} ms  latency p99 ${latency} ms  ${verdict}`,
  ]);
}

function localTime(seconds: number): string {
  const at = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
