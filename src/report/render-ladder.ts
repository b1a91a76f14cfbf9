import type { BoundedQuantile, LevelSummary } from "../metrics/summary-model.ts";
import { bounded, figure } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import type { Paint } from "./paint.ts";
import { successShare } from "./render-outcome.ts";
import { alignedLines, fits } from "./text-table.ts";

interface Show {
  paint: Paint;
  say: Say;
  /** Milliseconds in the ladder's unit. */
  time(ms: number | undefined): string;
}

/** `group` stands over the headers of all columns that have it. */
interface Column {
  group: string;
  header: string;
  cell(level: LevelSummary, show: Show): string;
  /** The same with failures, where there is such a figure. */
  all?(level: LevelSummary): BoundedQuantile | undefined;
}

const LOAD: Column[] = [
  { group: "", header: "load", cell: loadText },
  { group: "", header: "success", cell: ({ requests }, { paint }) => successShare(requests, paint) },
  { group: "", header: "req/s", cell: ({ throughput }) => figure(throughput.requests_per_s) },
];

const LATENCY_P99: Column = {
  group: "latency",
  header: "p99",
  cell: ({ latency_ms }, { time }) => time(latency_ms?.p99),
  all: (level) => level.latency_with_failures_ms?.p99,
};

const OF_TEXT: Column[] = [
  ...LOAD,
  { group: "", header: "tok/s", cell: ({ throughput }) => figure(throughput.output_tokens_per_s) },
  ...(["p50", "p99"] as const).map(
    (p): Column => ({
      group: "TTFT",
      header: p,
      cell: ({ ttft_ms }, { time }) => time(ttft_ms?.[p]),
      all: (level) => level.ttft_with_failures_ms?.[p],
    }),
  ),
  { group: "TPOT", header: "p50", cell: ({ tpot_ms }, { time }) => time(tpot_ms?.p50) },
  { group: "TPOT", header: "p99", cell: ({ tpot_ms }, { time }) => time(tpot_ms?.p99) },
  LATENCY_P99,
];

const OF_ITEMS: Column[] = [
  ...LOAD,
  { group: "", header: "items/s", cell: ({ throughput }) => figure(throughput.items_per_s) },
  { group: "", header: "tok/s", cell: ({ throughput }) => figure(throughput.input_tokens_per_s) },
  {
    group: "latency",
    header: "p50",
    cell: ({ latency_ms }, { time }) => time(latency_ms?.p50),
    all: (level) => level.latency_with_failures_ms?.p50,
  },
  LATENCY_P99,
];

/** From here on digits of milliseconds would push the table off the screen. */
const SECONDS_FROM_MS = 100_000;
const WITH_FAILURES = "+failed";

/** Several levels, a line each, and one more with failures where there were any; narrow: a block each. */
export function ladder(levels: LevelSummary[], width: number, paint: Paint, say: Say = ENGLISH_SAY): string[] {
  const ofItems = levels.some(({ throughput }) => throughput.items_per_s !== null);
  const columns = ofItems ? OF_ITEMS : OF_TEXT;
  const inSeconds = levels.some(
    ({ latency_ms, latency_with_failures_ms: all }) =>
      (latency_ms?.p99 ?? 0) >= SECONDS_FROM_MS || (all?.p99.value_ms ?? 0) >= SECONDS_FROM_MS,
  );
  const show: Show = { paint, say, time: (ms) => figure(ms === undefined ? null : inSeconds ? ms / 1000 : ms) };
  const unit = inSeconds ? "s" : "ms";
  const notes = [
    ofItems
      ? say("Times in {unit}; tok/s: input tokens; load: requests at once, or a second (/s).", { unit })
      : say("Times in {unit}; tok/s: output tokens; load: requests at once, or a second (/s).", { unit }),
  ];
  if (levels.some(({ requests }) => requests.failed > 0)) {
    notes.push(say("+failed: with failures, where > is at least and failed is a failed request."));
  }
  const wide = wideLines(levels, columns, show);
  const lines = fits(wide, width) ? wide : narrowLines(levels, columns, show);
  return [...lines, ...notes.flatMap((note) => labelledLines("", note, width, 0))];
}

function wideLines(levels: LevelSummary[], columns: Column[], show: Show): string[] {
  const groups = columns.map(({ group }, i) => (group === columns[i - 1]?.group ? "" : show.say.word(group)));
  const rows = levels.flatMap((level) => [
    columns.map(({ cell }) => cell(level, show)),
    ...(level.requests.failed === 0 ? [] : [failureCells(level, columns, show)]),
  ]);
  const lines = alignedLines(
    [groups, columns.map(({ header }) => show.say.word(header)), ...rows],
    columns.map(() => "right"),
  );
  return lines.map((line) => `  ${line}`);
}

function failureCells(level: LevelSummary, columns: Column[], show: Show): string[] {
  const cells = columns.map(({ all }) => {
    const quantile = all?.(level);
    return quantile === undefined ? "" : show.say.word(bounded(quantile, show.time));
  });
  return [show.say(WITH_FAILURES), ...cells.slice(1)];
}

function narrowLines(levels: LevelSummary[], columns: Column[], show: Show): string[] {
  return levels.flatMap((level, i) => {
    const failures = level.requests.failed === 0 ? [] : failureCells(level, columns, show);
    const pairs = columns.flatMap(({ group, header, cell }, column) => {
      const name = group === "" ? show.say.word(header) : `${show.say.word(group)} ${header}`;
      const all = column === 0 ? "" : (failures[column] ?? "");
      return [[name, cell(level, show)], ...(all === "" ? [] : [[`${name} ${show.say(WITH_FAILURES)}`, all]])];
    });
    const lines = alignedLines(pairs, ["left", "right"]).map((line) => `  ${line}`);
    return i === 0 ? lines : ["", ...lines];
  });
}

/** "64", "10/s", "10/s <=64", "10:30s+50:30s req/s" */
export function loadText({ parallel, rate, course }: Pick<LevelSummary, "parallel" | "rate" | "course">): string {
  if (rate === null) return parallel === null ? "-" : String(parallel);
  const asked = course === undefined ? `${figure(rate)}/s` : `${course} req/s`;
  return parallel === null ? asked : `${asked} <=${parallel}`;
}
