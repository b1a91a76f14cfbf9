import type { LevelSummary, RunSummary } from "../metrics/summary-model.ts";
import { counted, figure, milliseconds } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { type Paint, painter } from "./paint.ts";
import { printable } from "./printable.ts";
import { ladder, loadText } from "./render-ladder.ts";
import { counts, distributions, errorLines, headline } from "./render-level.ts";
import { cutToWidth } from "./text-table.ts";

const WIDTH = 80;
const VERDICT_STYLE = { valid: "green", suspect: "yellow", "client-limited": "red" } as const;

/**
 * A run on one screen, at most 80 columns wide (the file's path excepted): what to look at first, the distributions,
 * what was counted, whether plumb's own machine can be trusted, and where the data is.
 */
export function renderTable(summary: RunSummary, options: { path: string; color: boolean }): string {
  const paint = painter(options.color);
  const [only, ...more] = summary.levels;
  const body =
    only === undefined || more.length > 0
      ? [
          ...verdictLines(summary, paint),
          "",
          ...ladder(summary.levels),
          "",
          ...errorLines({ requests: allRequests(summary.levels) }, WIDTH),
        ]
      : [
          ...headline(only, paint),
          ...verdictLines(summary, paint),
          "",
          ...distributions(only),
          "",
          ...counts(only, WIDTH),
        ];
  return [
    ...title(summary, paint),
    "",
    ...body,
    ...clientLines(summary),
    ...labelledLines("file", printable(options.path), Number.POSITIVE_INFINITY),
    "",
  ].join("\n");
}

function title({ config, run, levels }: RunSummary, paint: Paint): string[] {
  const target = printable([config.params.model, config.api, config.url].join("  "));
  const lines = [paint(cutToWidth(target, WIDTH), "bold"), cutToWidth(loadLine(levels), WIDTH)];
  const asides = [];
  if (run.warmup > 0) asides.push(`${counted(run.warmup, "warm-up request")} left out`);
  if (run.skipped > 0) asides.push(`${counted(run.skipped, "input")} skipped by the API plugin`);
  if (asides.length > 0) lines.push(asides.join(", "));
  const ending = endText(run.end);
  if (ending !== null) {
    const why = run.end_reason === null ? "" : `: ${printable(run.end_reason)}`;
    lines.push(paint(cutToWidth(ending + why, WIDTH), "yellow"));
  }
  return lines;
}

function loadLine(levels: LevelSummary[]): string {
  const [only, ...more] = levels;
  if (only === undefined) return "no level has begun";
  if (more.length > 0) return `${levels.length} levels`;
  const load = only.rate === null ? `${loadText(only)} at once` : loadText(only);
  return `${load}, ${counted(only.requests.total, "request")} in ${figure(only.duration_s)} s`;
}

function endText(end: string): string | null {
  if (end === "done") return null;
  return end === "running" ? "not ended: still running, or killed" : end;
}

function verdictLines({ client }: RunSummary, paint: Paint): string[] {
  return [
    ...labelledLines("verdict", paint(client.verdict, VERDICT_STYLE[client.verdict]), WIDTH),
    ...client.reasons.flatMap((reason) => labelledLines("", reason, WIDTH)),
  ];
}

function clientLines({ client }: RunSummary): string[] {
  const facts = [];
  if (client.cpu !== null) facts.push(`busiest engine ${client.cpu.toFixed(2)} of a core`);
  if (client.loop_lag_ms !== null) facts.push(`loop lag p99 ${milliseconds(client.loop_lag_ms)}`);
  if (client.connections_opened !== null) facts.push(`${counted(client.connections_opened, "connection")} opened`);
  return facts.length === 0 ? [] : labelledLines("client", facts.join(", "), WIDTH);
}

function allRequests(levels: LevelSummary[]): LevelSummary["requests"] {
  const sum: LevelSummary["requests"] = { offered: 0, total: 0, success: 0, failed: 0, unsent: 0, by_error: {} };
  for (const { requests } of levels) {
    sum.offered += requests.offered;
    sum.total += requests.total;
    sum.success += requests.success;
    sum.failed += requests.failed;
    sum.unsent += requests.unsent;
    for (const [kind, n] of Object.entries(requests.by_error)) sum.by_error[kind] = (sum.by_error[kind] ?? 0) + n;
  }
  return sum;
}
