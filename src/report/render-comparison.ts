import type { ComparedLevel, Comparison } from "../compare/comparison-model.ts";
import { type DifferenceRow, differenceLines } from "./difference-table.ts";
import { labelledLines } from "./labelled-line.ts";
import { type Language, type Say, speaker } from "./language.ts";
import { type Paint, painter } from "./paint.ts";
import { printable } from "./printable.ts";

const USUAL_WIDTH = 120;

export interface TextOptions {
  color: boolean;
  /** Of the terminal; undefined: it is none. */
  columns: number | undefined;
  /** Absent: English. */
  language?: Language;
}

/** A comparison as text: who is compared, what differed in configuration, a table for each load and side, notes. */
export function renderComparison(comparison: Comparison, { color, columns, language = "en" }: TextOptions): string {
  const width = columns ?? USUAL_WIDTH;
  const paint = painter(color);
  const say = speaker(language);
  const labels = comparison.sides.map(({ label }) => printable(label));
  const lines = [
    "",
    ...comparison.sides.flatMap(({ label, runs }, i) => {
      const told = { runs: say.counted(runs.length, "run"), paths: runs.map(({ path }) => printable(path)).join(", ") };
      const text = i === 0 ? say("{runs} (baseline): {paths}", told) : say("{runs}: {paths}", told);
      return labelledLines(printable(label), text, width);
    }),
    ...configurationLines(comparison, width, say),
    ...comparison.levels.flatMap((level) => levelLines(level, labels, width, paint, say)),
    ...noteLines(comparison, width, say),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function configurationLines({ configuration }: Comparison, width: number, say: Say): string[] {
  return configuration.flatMap(({ option, values }, i) => {
    const text = values.map((value) => printable(value ?? "-")).join(" | ");
    return labelledLines(i === 0 ? say("differs") : "", `${printable(option)}: ${text}`, width);
  });
}

function levelLines(
  { load, figures }: ComparedLevel,
  labels: string[],
  width: number,
  paint: Paint,
  say: Say,
): string[] {
  const [baseline = ""] = labels;
  return labels.slice(1).flatMap((label, i) => {
    const title = paint(say("load {load}: {label} against {baseline}", { load, label, baseline }), "bold");
    const rows = figures.map(({ figure, unit, values, differences }): DifferenceRow => {
      return { figure, unit, values: [values[0]!, values[i + 1]!], difference: differences[i]! };
    });
    return ["", `  ${title}`, ...differenceLines(rows, [baseline, label], width, paint, say)];
  });
}

function noteLines({ confidence, margin, notes }: Comparison, width: number, say: Say): string[] {
  const meaning = say("{confidence} intervals; a change below {margin} (of a share: {points}) is no difference", {
    confidence: `${100 * confidence}%`,
    margin: `${100 * margin.ratio}%`,
    points: say.counted(100 * margin.points, "point"),
  });
  return [
    "",
    ...[meaning, ...notes.map((note) => say.sentence(printable(note)))].flatMap((note, i) =>
      labelledLines(i === 0 ? say("note") : "", note, width),
    ),
  ];
}
