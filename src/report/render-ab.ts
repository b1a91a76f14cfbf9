import type { AbEnd, AbReport } from "../compare/ab-model.ts";
import { differenceLines } from "./difference-table.ts";
import { differenceText } from "./figure-change.ts";
import { figure } from "./figure-text.ts";
import { labelledLines, wrapped } from "./labelled-line.ts";
import { type Say, speaker } from "./language.ts";
import type { Phrase } from "./language-zh.ts";
import { painter } from "./paint.ts";
import { printable } from "./printable.ts";
import type { TextOptions } from "./render-comparison.ts";

const USUAL_WIDTH = 120;
const COLORS = { better: "green", worse: "red", same: "bold", inconclusive: "yellow", mixed: "yellow" } as const;
const ENDS = {
  told: "all figures are told",
  budget: "the budget is spent",
  "client-limited": "plumb's own machine was in the way six times in a row: lower the load, or use a larger machine",
  failed: "a block failed",
  interrupted: "interrupted",
} as const satisfies Record<AbEnd, Phrase>;

export function renderAb(report: AbReport, { color, columns, language = "en" }: TextOptions): string {
  const { answer, figures, urls, confidence, margin, folder } = report;
  const width = columns ?? USUAL_WIDTH;
  const say = speaker(language);
  const paint = painter(color);
  const note = say(
    "intervals hold together, over all looks and figures, with {confidence}; a change below {margin} is no difference",
    { confidence: `${100 * confidence}%`, margin: `${100 * margin.ratio}%` },
  );
  const lines = [
    "",
    ...wrapped(headline(report, say), width - 2).map((line) => `  ${paint(line, COLORS[answer])}`),
    "",
    ...urls.flatMap((url, i) => labelledLines("AB"[i]!, printable(url), width)),
    ...labelledLines(say("blocks"), blockText(report, say), width),
    ...labelledLines(say("folder"), printable(folder), width),
    "",
    ...differenceLines(figures, ["A", "B"], width, paint, say),
    "",
    ...labelledLines(say("note"), note, width),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function blockText({ pairs, thrown, end, elapsed_s }: AbReport, say: Say): string {
  const told = { pairs: say.counted(pairs, "pair"), s: figure(elapsed_s), end: say(ENDS[end]) };
  if (thrown.length === 0) return say("{pairs} in {s} s; ended: {end}", told);
  const away = say.counted(thrown.length, "pair");
  return say("{pairs} in {s} s, {thrown} thrown away; ended: {end}", { ...told, thrown: away });
}

function headline({ answer, margin, figures }: AbReport, say: Say): string {
  const by = (wanted: string) =>
    figures
      .filter(({ difference }) => difference.answer === wanted)
      .map(({ figure: name, difference }) => `${name} ${differenceText(difference, say)}`)
      .join(", ");
  switch (answer) {
    case "same":
      return say("no difference larger than {margin}", { margin: `${100 * margin.ratio}%` });
    case "inconclusive":
      return say("B against A: inconclusive");
    case "mixed":
      return say("B is better in {better} and worse in {worse}", { better: by("better"), worse: by("worse") });
    case "better":
      return say("B is better than A: {figures}", { figures: by("better") });
    case "worse":
      return say("B is worse than A: {figures}", { figures: by("worse") });
  }
}
