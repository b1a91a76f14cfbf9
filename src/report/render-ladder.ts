import type { LevelSummary } from "../metrics/summary-model.ts";
import { figure, percent } from "./figure-text.ts";
import { alignedLines } from "./text-table.ts";

const HEADERS = ["load", "success", "req/s", "tok/s", "TTFT p50", "p99", "TPOT p50", "p99", "latency p99"];

/** Several levels, a line each. */
export function ladder(levels: LevelSummary[]): string[] {
  const rows = levels.map((level) => [
    loadText(level),
    percent(level.requests.success, level.requests.offered),
    figure(level.throughput.requests_per_s),
    figure(level.throughput.output_tokens_per_s),
    figure(level.ttft_ms?.p50 ?? null),
    figure(level.ttft_ms?.p99 ?? null),
    figure(level.tpot_ms?.p50 ?? null),
    figure(level.tpot_ms?.p99 ?? null),
    figure(level.latency_ms?.p99 ?? null),
  ]);
  const lines = alignedLines(
    [HEADERS, ...rows],
    HEADERS.map(() => "right"),
  );
  return [
    ...lines.map((line) => `  ${line}`),
    "  Times in ms; tok/s: output tokens; load: requests at once (or a second, '/s').",
  ];
}

/** "64", "10/s", "10/s <=64" */
export function loadText({ parallel, rate }: Pick<LevelSummary, "parallel" | "rate">): string {
  if (rate === null) return parallel === null ? "-" : String(parallel);
  return parallel === null ? `${figure(rate)}/s` : `${figure(rate)}/s <=${parallel}`;
}
