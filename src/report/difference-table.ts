import type { Difference } from "../compare/comparison-model.ts";
import { answerText, differenceText, intervalText, nameWithUnit, withoutUnit } from "./figure-change.ts";
import { wrapped } from "./labelled-line.ts";
import type { Say } from "./language.ts";
import type { Paint } from "./paint.ts";
import { alignedLines, fits } from "./text-table.ts";

const COLORS = { better: "green", worse: "red", same: "dim", inconclusive: "yellow" } as const;
const INDENT = "  ";
const UNDER = "    ";

export interface DifferenceRow {
  figure: string;
  unit: string;
  /** Of the baseline and of the other side; null: there is none. */
  values: [number | null, number | null];
  difference: Difference;
}

/** Its cells in a row: the first four say what changed, the other two how sure that is. */
type Cells = [name: string, from: string, to: string, change: string, interval: string, answer: string];

/**
 * A line a figure; where that is too wide two, the columns of the first still below each other; in a narrow terminal as
 * many as it takes.
 */
export function differenceLines(
  differences: DifferenceRow[],
  labels: [baseline: string, other: string],
  width: number,
  paint: Paint,
  say: Say,
): string[] {
  const header: Cells = ["", ...labels, say("change"), say("interval"), say("answer")];
  const rows = differences.map((row) => cellsOf(row, paint, say));
  const wide = indented(alignedLines([header, ...rows], ["left", "right", "right", "right", "right", "left"]));
  if (fits(wide, width)) return wide;
  const [title, ...begins] = indented(
    alignedLines(
      [header, ...rows].map((cells) => cells.slice(0, 4)),
      ["left", "right", "right", "right"],
    ),
  );
  const ends = rows.map((cells) => `${UNDER}${cells[4]}  ${cells[5]}`);
  if (fits([...begins, ...ends], width)) return [title!, ...begins.flatMap((line, i) => [line, ends[i]!])];
  return rows.flatMap(([name, from, to, change, interval, answer]) => [
    `${INDENT}${name}`,
    ...[`${from} -> ${to}, ${change}`, `${interval}  ${answer}`].flatMap((text) =>
      wrapped(text, width - UNDER.length).map((line) => UNDER + line),
    ),
  ]);
}

function cellsOf({ figure, unit, values: [from, to], difference }: DifferenceRow, paint: Paint, say: Say): Cells {
  const { interval, scale, answer } = difference;
  return [
    nameWithUnit(figure, unit),
    withoutUnit(from, unit),
    withoutUnit(to, unit),
    differenceText(difference, say),
    interval === null ? "-" : intervalText(interval, scale, say),
    paint(answerText(difference, say), COLORS[answer]),
  ];
}

function indented(lines: string[]): string[] {
  return lines.map((line) => INDENT + line);
}
