import type { BoundedQuantile, Distribution, LevelSummary, QuantilesWithFailures } from "../metrics/summary-model.ts";
import { bounded, figure, whole } from "./figure-text.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import type { Phrase } from "./language-zh.ts";
import { alignedLines, fits } from "./text-table.ts";

const INDENT = "  ";
const COLUMNS = ["mean", "p50", "p90", "p95", "p99", "max"] as const;
/** What a narrow terminal has room for, a line each. */
const NARROW_COLUMNS = ["p50", "p99", "max"] as const;

/** From here on digits of milliseconds would push the table off the screen. */
const SECONDS_FROM_MS = 100_000;

type Column = (typeof COLUMNS)[number];

interface Row {
  name: string;
  /** Where it stands by itself; absent: `name`. */
  fullName?: string;
  unit: string;
  /** Absent: it has none. */
  cells: Partial<Record<Column, string>>;
}

/** One table of every distribution that exists; with less room than that takes, a line for each of its main figures. */
export function distributions(level: LevelSummary, width: number, say: Say = ENGLISH_SAY): string[] {
  const rows = rowsOf(level, say);
  if (rows.length === 0) return [];
  const wide = wideLines(rows, say);
  return fits(wide, width) ? wide : narrowLines(rows, say);
}

function wideLines(rows: Row[], say: Say): string[] {
  const align = ["left" as const, "left" as const, ...COLUMNS.map(() => "right" as const)];
  const cells = rows.map(({ name, unit, cells }) => [name, unit, ...COLUMNS.map((column) => cells[column] ?? "-")]);
  return alignedLines([["", "", ...COLUMNS.map(say.word)], ...cells], align).map((line) => INDENT + line);
}

function narrowLines(rows: Row[], say: Say): string[] {
  const pairs = rows.flatMap(({ name, fullName, unit, cells }) =>
    NARROW_COLUMNS.flatMap((column) => {
      const cell = cells[column];
      if (cell === undefined) return [];
      return [[`${fullName ?? name} ${say.word(column)}`, cell === say("failed") ? cell : `${cell} ${unit}`]];
    }),
  );
  return alignedLines(pairs, ["left", "left"]).map((line) => INDENT + line);
}

function rowsOf(level: LevelSummary, say: Say): Row[] {
  // Where nothing failed they would say the same again.
  const failures = level.requests.failed > 0;
  return [
    timeRow("TTFT", level.ttft_ms),
    failures ? withFailures("TTFT", level.ttft_with_failures_ms, level.ttft_ms, say) : null,
    // A model that does not reason answers with its first token.
    sameFigures(level.ttfa_ms, level.ttft_ms) ? null : timeRow("TTFA", level.ttfa_ms),
    timeRow("TPOT", level.tpot_ms),
    timeRow("ITL", level.itl_ms),
    timeRow(say("chunk gap"), level.chunk_gap_ms),
    timeRow(say("latency"), level.latency_ms),
    failures ? withFailures(say("latency"), level.latency_with_failures_ms, level.latency_ms, say) : null,
    timeRow(INDENT + say("from sent"), level.latency_from_sent_ms, say("latency from sent")),
    timeRow(say("wait"), level.wait_ms),
    timeRow(say("client lag"), level.client_lag_ms),
    tokenRow("prompt", level.prompt_tokens, say),
    tokenRow("completion", level.completion_tokens, say),
  ].filter((row) => row !== null);
}

function sameFigures(a: Distribution | null, b: Distribution | null): boolean {
  return COLUMNS.every((column) => a?.[column] === b?.[column]);
}

function timeRow(name: string, of: Distribution | null, fullName?: string): Row | null {
  if (of === null) return null;
  const { unit, show } = timeUnit(of.max);
  const cells = Object.fromEntries(COLUMNS.map((column) => [column, show(of[column])]));
  return { name, ...(fullName === undefined ? {} : { fullName }), unit, cells };
}

/** Below the row of the successes; where nothing succeeded it stands alone, and needs its name. */
function withFailures(
  name: string,
  of: QuantilesWithFailures | null,
  successes: Distribution | null,
  say: Say,
): Row | null {
  if (of === null) return null;
  const { unit, show } = timeUnit(Math.max(...Object.values(of).map(({ value_ms }) => value_ms ?? 0)));
  const cell = (quantile: BoundedQuantile) => say.word(bounded(quantile, show));
  const cells = { p50: cell(of.p50), p90: cell(of.p90), p95: cell(of.p95), p99: cell(of.p99) };
  const failures = say("with failures");
  return { name: successes === null ? name : INDENT + failures, fullName: `${name} ${failures}`, unit, cells };
}

function timeUnit(greatestMs: number): { unit: string; show: (ms: number) => string } {
  const inSeconds = greatestMs >= SECONDS_FROM_MS;
  return { unit: inSeconds ? "s" : "ms", show: (ms) => figure(inSeconds ? ms / 1000 : ms) };
}

function tokenRow(name: Phrase, of: Distribution | null, say: Say): Row | null {
  if (of === null) return null;
  const cell = (value: number): string => (Number.isInteger(value) ? whole(value) : figure(value));
  const cells = Object.fromEntries(COLUMNS.map((column) => [column, cell(of[column])]));
  return { name: say(name), unit: say("tokens"), cells };
}
