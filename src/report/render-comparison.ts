import type { Answer, ComparedFigure, ComparedLevel, Comparison } from "../compare/comparison-model.ts";
import { answerText, differenceText, intervalText, nameWithUnit, withoutUnit } from "./figure-change.ts";
import { counted } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { type Paint, painter } from "./paint.ts";
import { printable } from "./printable.ts";
import { alignedLines, fits } from "./text-table.ts";

const COLORS: Record<Answer, "green" | "red" | "yellow" | "dim"> = {
  better: "green",
  worse: "red",
  same: "dim",
  inconclusive: "yellow",
};
const USUAL_WIDTH = 120;

export interface TextOptions {
  color: boolean;
  /** Of the terminal; undefined: it is none. */
  columns: number | undefined;
}

/** A comparison as text: who is compared, what differed in configuration, a table for each load and side, notes. */
export function renderComparison(comparison: Comparison, { color, columns }: TextOptions): string {
  const width = columns ?? USUAL_WIDTH;
  const paint = painter(color);
  const labels = comparison.sides.map(({ label }) => printable(label));
  const lines = [
    "",
    ...comparison.sides.flatMap(({ label, runs }, i) => {
      const paths = runs.map(({ path }) => printable(path)).join(", ");
      const role = i === 0 ? " (baseline)" : "";
      return labelledLines(printable(label), `${counted(runs.length, "run")}${role}: ${paths}`, width);
    }),
    ...configurationLines(comparison, width),
    ...comparison.levels.flatMap((level) => levelLines(level, labels, width, paint)),
    ...noteLines(comparison, width),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function configurationLines({ configuration }: Comparison, width: number): string[] {
  return configuration.flatMap(({ option, values }, i) => {
    const text = values.map((value) => printable(value ?? "-")).join(" | ");
    return labelledLines(i === 0 ? "differs" : "", `${printable(option)}: ${text}`, width);
  });
}

function levelLines({ load, figures }: ComparedLevel, labels: string[], width: number, paint: Paint): string[] {
  return labels.slice(1).flatMap((label, i) => {
    const title = paint(`load ${load}: ${label} against ${labels[0]}`, "bold");
    return ["", `  ${title}`, ...tableLines(figures, i, [labels[0]!, label], width, paint)];
  });
}

/** @param other place of the side among those that are no baseline */
function tableLines(
  figures: ComparedFigure[],
  other: number,
  labels: [string, string],
  width: number,
  paint: Paint,
): string[] {
  const header = ["", ...labels, "change", "interval", "answer"];
  const rows = figures.map(({ figure, unit, values, differences }) => {
    const difference = differences[other]!;
    return [
      nameWithUnit(figure, unit),
      withoutUnit(values[0]!, unit),
      withoutUnit(values[other + 1]!, unit),
      differenceText(difference),
      difference.interval === null ? "-" : intervalText(difference.interval, difference.scale),
      paint(answerText(difference), COLORS[difference.answer]),
    ];
  });
  const wide = alignedLines([header, ...rows], ["left", "right", "right", "right", "right", "left"]);
  if (fits(wide, width - 2)) return wide.map((line) => `  ${line}`);
  return rows.flatMap(([name, from, to, change, interval, answer]) => [
    `  ${name}: ${from} -> ${to}, ${change} (${interval})`,
    `    ${answer}`,
  ]);
}

function noteLines({ confidence, margin, notes }: Comparison, width: number): string[] {
  const meaning = `${100 * confidence}% intervals; a change below ${100 * margin.ratio}% (of a share: ${100 * margin.points} points) is no difference`;
  return [
    "",
    ...[meaning, ...notes].flatMap((note, i) => labelledLines(i === 0 ? "note" : "", printable(note), width)),
  ];
}
