import type { Distribution, KindSummary, LevelSummary } from "../metrics/summary-model.ts";
import { figure, percent } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import { printable } from "./printable.ts";
import { levelName } from "./render-plan.ts";
import { alignedLines, cutToWidth, fits } from "./text-table.ts";

/** What one kind came to in one level. */
interface KindInLevel {
  level: LevelSummary;
  of: KindSummary;
}

/** `group` stands over the headers of all columns that have it. */
interface Column {
  group: string;
  header: string;
  cell(kind: KindInLevel): string;
}

const INDENT = "  ";
/** From here on digits of milliseconds would push the table off the screen. */
const SECONDS_FROM_MS = 100_000;

/**
 * Figures by part, model and endpoint where there are several levels: under each name a line for each level. Nothing
 * where there is one of a kind.
 */
export function levelKindLines(levels: LevelSummary[], width: number, say: Say = ENGLISH_SAY): string[] {
  const parts = byName(levels, (level) => level.parts?.map((of) => [of.part, of]));
  const models = byName(levels, (level) => level.models?.map((of) => [of.model, of]));
  const endpoints = byName(levels, (level) => level.endpoints?.map((of) => [of.endpoint, of]));
  return [
    ...kindTable(say("parts"), parts, width, say),
    ...kindTable(say("models"), models, width, say),
    ...kindTable(say("endpoints"), endpoints, width, say),
  ];
}

function byName(
  levels: LevelSummary[],
  namedIn: (level: LevelSummary) => [name: string, of: KindSummary][] | undefined,
): Map<string, KindInLevel[]> {
  const kinds = new Map<string, KindInLevel[]>();
  for (const level of levels) {
    for (const [name, of] of namedIn(level) ?? []) kinds.set(name, [...(kinds.get(name) ?? []), { level, of }]);
  }
  return kinds;
}

function kindTable(label: string, kinds: Map<string, KindInLevel[]>, width: number, say: Say): string[] {
  if (kinds.size < 2) return [];
  const all = [...kinds.values()].flat();
  const inSeconds = all.some(({ of }) => (of.latency_ms?.p99 ?? 0) >= SECONDS_FROM_MS);
  const columns = columnsOf(all, inSeconds, say);
  const wide = wideLines(kinds, columns, width);
  const lines = fits(wide, width) ? wide : narrowLines(kinds, columns, width);
  const unit = inSeconds ? "s" : "ms";
  const note = say("Times in {unit}; tok/s: output tokens; load: requests at once, or a second (/s).", { unit });
  return [INDENT + label, ...lines, ...labelledLines("", note, width, 0), ""];
}

function columnsOf(all: KindInLevel[], inSeconds: boolean, say: Say): Column[] {
  const time = (ms: number | undefined) => figure(ms === undefined ? null : inSeconds ? ms / 1000 : ms);
  const wait = (group: string, p: "p50" | "p99", pick: (of: KindSummary) => Distribution | null): Column => {
    return { group, header: p, cell: ({ of }) => time(pick(of)?.[p]) };
  };
  const streamed = all.some(({ of }) => of.ttft_ms !== null);
  const made = all.some(({ of }) => of.output_tokens_per_s !== null);
  const rate: Column = { group: "", header: say.word("tok/s"), cell: ({ of }) => figure(of.output_tokens_per_s) };
  return [
    { group: "", header: say("load"), cell: ({ level }) => levelName(level, say) },
    {
      group: "",
      header: say("success"),
      cell: ({ of }) => percent(of.success_rate ?? 0, of.success_rate === null ? 0 : 1),
    },
    ...(made ? [rate] : []),
    ...(streamed ? [wait("TTFT", "p50", (of) => of.ttft_ms), wait("TTFT", "p99", (of) => of.ttft_ms)] : []),
    ...(streamed ? [wait("TPOT", "p50", (of) => of.tpot_ms), wait("TPOT", "p99", (of) => of.tpot_ms)] : []),
    ...(streamed ? [] : [wait(say("latency"), "p50", (of) => of.latency_ms)]),
    wait(say("latency"), "p99", (of) => of.latency_ms),
  ];
}

/** Figures of all names stand under one another. */
function wideLines(kinds: Map<string, KindInLevel[]>, columns: Column[], width: number): string[] {
  const groups = columns.map(({ group }, i) => (group === columns[i - 1]?.group ? "" : group));
  const rows = [...kinds.values()].flat().map((kind) => columns.map(({ cell }) => cell(kind)));
  const table = alignedLines(
    [groups, columns.map(({ header }) => header), ...rows],
    columns.map(() => "right"),
  ).map((line) => INDENT + INDENT + line);
  const lines = table.splice(0, 2);
  for (const [name, { length }] of kinds) lines.push(nameLine(name, width), ...table.splice(0, length));
  return lines;
}

function narrowLines(kinds: Map<string, KindInLevel[]>, columns: Column[], width: number): string[] {
  return [...kinds].flatMap(([name, own]) => [
    nameLine(name, width),
    ...own.flatMap((kind) => {
      const pairs = columns.map(({ group, header, cell }) => [`${group} ${header}`.trim(), cell(kind)]);
      return alignedLines(pairs, ["left", "right"]).map((line) => INDENT + INDENT + line);
    }),
  ]);
}

function nameLine(name: string, width: number): string {
  return INDENT + cutToWidth(printable(name), width - INDENT.length);
}
