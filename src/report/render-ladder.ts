import type { LevelSummary } from "../metrics/summary-model.ts";
import { figure, percent } from "./figure-text.ts";
import { alignedLines } from "./text-table.ts";

/** A column: its two headers, and its cell of a level. `time` prints milliseconds in the ladder's unit. */
type Column = [over: string, header: string, cell: (level: LevelSummary, time: (ms?: number) => string) => string];

const LOAD: Column[] = [
  ["", "load", loadText],
  ["", "success", ({ requests }) => percent(requests.success, requests.offered)],
  ["", "req/s", ({ throughput }) => figure(throughput.requests_per_s)],
];

const OF_TEXT: Column[] = [
  ...LOAD,
  ["", "tok/s", ({ throughput }) => figure(throughput.output_tokens_per_s)],
  ["TTFT", "p50", ({ ttft_ms }, time) => time(ttft_ms?.p50)],
  ["", "p99", ({ ttft_ms }, time) => time(ttft_ms?.p99)],
  ["TPOT", "p50", ({ tpot_ms }, time) => time(tpot_ms?.p50)],
  ["", "p99", ({ tpot_ms }, time) => time(tpot_ms?.p99)],
  ["latency", "p99", ({ latency_ms }, time) => time(latency_ms?.p99)],
];

const OF_ITEMS: Column[] = [
  ...LOAD,
  ["", "items/s", ({ throughput }) => figure(throughput.items_per_s)],
  ["", "tok/s", ({ throughput }) => figure(throughput.input_tokens_per_s)],
  ["latency", "p50", ({ latency_ms }, time) => time(latency_ms?.p50)],
  ["", "p99", ({ latency_ms }, time) => time(latency_ms?.p99)],
];

/** From here on digits of milliseconds would push the table off the screen. */
const SECONDS_FROM_MS = 100_000;

/** Several levels, a line each. */
export function ladder(levels: LevelSummary[]): string[] {
  const ofItems = levels.some(({ throughput }) => throughput.items_per_s !== null);
  const columns = ofItems ? OF_ITEMS : OF_TEXT;
  const inSeconds = levels.some(({ latency_ms }) => (latency_ms?.p99 ?? 0) >= SECONDS_FROM_MS);
  const time = (ms?: number): string => figure(ms === undefined ? null : inSeconds ? ms / 1000 : ms);
  const headers = [columns.map(([over]) => over), columns.map(([, header]) => header)];
  const rows = levels.map((level) => columns.map(([, , cell]) => cell(level, time)));
  const lines = alignedLines(
    [...headers, ...rows],
    columns.map(() => "right"),
  );
  const unit = inSeconds ? "s" : "ms";
  return [
    ...lines.map((line) => `  ${line}`),
    `  Times in ${unit}; tok/s: ${ofItems ? "input" : "output"} tokens; load: requests at once, or a second (/s).`,
  ];
}

/** "64", "10/s", "10/s <=64" */
export function loadText({ parallel, rate }: Pick<LevelSummary, "parallel" | "rate">): string {
  if (rate === null) return parallel === null ? "-" : String(parallel);
  return parallel === null ? `${figure(rate)}/s` : `${figure(rate)}/s <=${parallel}`;
}
