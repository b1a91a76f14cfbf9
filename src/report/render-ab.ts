import type { AbEnd, AbReport } from "../compare/ab-model.ts";
import { answerText, differenceText, intervalText, nameWithUnit, withoutUnit } from "./figure-change.ts";
import { counted, figure } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { painter } from "./paint.ts";
import { printable } from "./printable.ts";
import type { TextOptions } from "./render-comparison.ts";
import { alignedLines } from "./text-table.ts";

const USUAL_WIDTH = 120;
const COLORS = { better: "green", worse: "red", same: "bold", inconclusive: "yellow", mixed: "yellow" } as const;
const ENDS: Record<AbEnd, string> = {
  told: "all figures are told",
  budget: "the budget is spent",
  "client-limited": "plumb's own machine was in the way six times in a row: lower the load, or use a larger machine",
  failed: "a block failed",
  interrupted: "interrupted",
};

export function renderAb(report: AbReport, { color, columns }: TextOptions): string {
  const { answer, figures, end, pairs, thrown, urls, confidence, margin, elapsed_s: elapsed, folder } = report;
  const width = columns ?? USUAL_WIDTH;
  const rows = figures.map((one) => [
    nameWithUnit(one.figure, one.unit),
    withoutUnit(one.values[0], one.unit),
    withoutUnit(one.values[1], one.unit),
    differenceText(one.difference),
    one.difference.interval === null ? "-" : intervalText(one.difference.interval, one.difference.scale),
    answerText(one.difference),
  ]);
  const align = ["left", "right", "right", "right", "right", "left"] as const;
  const table = alignedLines([["", "A", "B", "change", "interval", "answer"], ...rows], [...align]);
  const away = thrown.length === 0 ? "" : `, ${counted(thrown.length, "pair")} thrown away`;
  const lines = [
    "",
    `  ${painter(color)(headline(report), COLORS[answer])}`,
    "",
    ...urls.flatMap((url, i) => labelledLines("AB"[i]!, printable(url), width)),
    ...labelledLines("blocks", `${counted(pairs, "pair")} in ${figure(elapsed)} s${away}; ended: ${ENDS[end]}`, width),
    ...labelledLines("runs", printable(folder), width),
    "",
    ...table.map((line) => `  ${line}`),
    "",
    ...labelledLines(
      "note",
      `intervals hold together, over all looks and figures, with ${100 * confidence}%; a change below ` +
        `${100 * margin.ratio}% is no difference`,
      width,
    ),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function headline({ answer, margin, figures }: AbReport): string {
  const by = (wanted: string) =>
    figures
      .filter(({ difference }) => difference.answer === wanted)
      .map(({ figure: name, difference }) => `${name} ${differenceText(difference)}`)
      .join(", ");
  if (answer === "same") return `no difference larger than ${100 * margin.ratio}%`;
  if (answer === "inconclusive") return "B against A: inconclusive";
  if (answer === "mixed") return `B is better in ${by("better")} and worse in ${by("worse")}`;
  return `B is ${answer} than A: ${by(answer)}`;
}
