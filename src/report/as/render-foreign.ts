import { figure } from "../figure-text.ts";
import { labelledLines } from "../labelled-line.ts";
import { loadText } from "../render-ladder.ts";
import { alignedLines } from "../text-table.ts";
import type { ForeignFigure, ForeignLevel } from "./foreign-figure.ts";

const INDENT = "  ";

/** A level by another tool's definitions beside plumb's: figure, theirs, ours, the difference; then the formulas. */
export function renderForeign({ tool, level, figures, notes }: ForeignLevel, width: number): string {
  const open = level.rate === null ? " at once" : "";
  const rows = figures.map(({ name, value, ours }) => [name, shown(value), shown(ours), difference(value, ours)]);
  const table = alignedLines(
    [["", tool.split(" ")[0]!, "plumb", "difference"], ...rows],
    ["left", "right", "right", "right"],
  );
  const labelWidth = Math.max(...figures.map(({ name }) => name.length)) + 2;
  return [
    `By the definitions of ${tool}, ${loadText(level)}${open}`,
    "",
    ...table.map((line) => INDENT + line),
    "",
    ...figures.flatMap(({ name, formula, followsOn }) =>
      followsOn === true ? [] : labelledLines(name, formula, width, labelWidth),
    ),
    ...(notes.length === 0 ? [] : [""]),
    ...notes.flatMap((note) => labelledLines("note", note, width)),
    "",
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** The same for programs; figures unrounded. */
export function foreignJson(levels: ForeignLevel[]): unknown {
  return levels.map(({ tool, level, figures, notes }) => ({
    tool,
    level: level.level,
    repeat: level.repeat,
    parallel: level.parallel,
    rate: level.rate,
    figures: figures.map(({ name, value, ours, formula }) => ({ name, value, plumb: ours, formula })),
    notes,
  }));
}

/** Four digits that count below 1 too: seconds stand beside milliseconds here. */
function shown(value: number | null): string {
  if (value === null || Math.abs(value) >= 1 || value === 0) return figure(value);
  return String(Number(value.toPrecision(4)));
}

function difference(value: ForeignFigure["value"], ours: ForeignFigure["ours"]): string {
  if (value === null || ours === null) return "-";
  if (value === ours) return "none";
  if (ours === 0) return "-";
  const percent = (100 * (value - ours)) / ours;
  if (Math.abs(percent) < 0.005) return "none";
  return `${percent > 0 ? "+" : ""}${percent.toFixed(2)}%`;
}
