import type { LevelSummary } from "../metrics/summary-model.ts";
import { figure, percent } from "./figure-text.ts";
import { alignedLines } from "./text-table.ts";

const HEADERS = [
  ["", "", "", "", "TTFT", "", "TPOT", "", "latency"],
  ["load", "success", "req/s", "tok/s", "p50", "p99", "p50", "p99", "p99"],
];

/** From here on digits of milliseconds would push the table off the screen. */
const SECONDS_FROM_MS = 100_000;

/** Several levels, a line each. */
export function ladder(levels: LevelSummary[]): string[] {
  const inSeconds = levels.some(({ latency_ms }) => (latency_ms?.p99 ?? 0) >= SECONDS_FROM_MS);
  const time = (ms: number | undefined): string => figure(ms === undefined ? null : inSeconds ? ms / 1000 : ms);
  const rows = levels.map((level) => [
    loadText(level),
    percent(level.requests.success, level.requests.offered),
    figure(level.throughput.requests_per_s),
    figure(level.throughput.output_tokens_per_s),
    time(level.ttft_ms?.p50),
    time(level.ttft_ms?.p99),
    time(level.tpot_ms?.p50),
    time(level.tpot_ms?.p99),
    time(level.latency_ms?.p99),
  ]);
  const lines = alignedLines(
    [...HEADERS, ...rows],
    HEADERS[0]!.map(() => "right"),
  );
  const unit = inSeconds ? "s" : "ms";
  return [
    ...lines.map((line) => `  ${line}`),
    `  Times in ${unit}; tok/s: output tokens; load: requests at once, or a second (/s).`,
  ];
}

/** "64", "10/s", "10/s <=64" */
export function loadText({ parallel, rate }: Pick<LevelSummary, "parallel" | "rate">): string {
  if (rate === null) return parallel === null ? "-" : String(parallel);
  return parallel === null ? `${figure(rate)}/s` : `${figure(rate)}/s <=${parallel}`;
}
