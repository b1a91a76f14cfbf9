import type { Scale } from "../compare/comparison-model.ts";
import type { GateCheck, GateOutcome, GateResult } from "../compare/gate-model.ts";
import { changeText, differenceText, intervalText, withUnit } from "./figure-change.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say, speaker } from "./language.ts";
import { painter } from "./paint.ts";
import { printable } from "./printable.ts";
import type { TextOptions } from "./render-comparison.ts";

const COLORS: Record<GateOutcome, "green" | "red" | "yellow"> = {
  passed: "green",
  failed: "red",
  inconclusive: "yellow",
};
const USUAL_WIDTH = 120;
const LABEL_WIDTH = 14;

export function renderGate(
  { outcome, checks, notes }: GateResult,
  { color, columns, language = "en" }: TextOptions,
): string {
  const say = speaker(language);
  const paint = painter(color);
  const width = columns ?? USUAL_WIDTH;
  const lines = [
    "",
    `  ${say("gate {outcome}", { outcome: paint(say(outcome), COLORS[outcome]) })}`,
    "",
    ...checks.flatMap((check) => {
      const told = { rule: printable(check.rule), load: check.load, text: checkText(check, say) };
      return labelledLines(say(check.outcome), say("{rule} at load {load}: {text}", told), width, LABEL_WIDTH);
    }),
    ...notes.flatMap((note, i) =>
      labelledLines(i === 0 ? say("note") : "", say.sentence(printable(note)), width, LABEL_WIDTH),
    ),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** "110.2 ms -> 131.0 ms, +19.1% (+14.2% to +24.3%): beyond the limit for sure" */
export function checkText(check: GateCheck, say: Say = ENGLISH_SAY): string {
  const { unit, value, baseline, difference, wouldFailFrom, outcome } = check;
  const reason = say.sentence(check.reason);
  if (difference === null) return `${withUnit(value, unit)}: ${reason}`;
  const { interval, scale } = difference;
  const spread = interval === null ? "" : ` (${intervalText(interval, scale, say)})`;
  const change = `${withUnit(baseline, unit)} -> ${withUnit(value, unit)}, ${differenceText(difference, say)}${spread}`;
  const seen = outcome === "failed" || wouldFailFrom === null ? "" : `; ${wouldShow(wouldFailFrom, scale, say)}`;
  return `${change}: ${reason}${seen}`;
}

/** What would have failed the gate four times of five. */
export function wouldShow(change: number, scale: Scale, say: Say = ENGLISH_SAY): string {
  if (Math.abs(change) >= 1) return say("not even a doubling would have failed");
  return say("{change} would have failed four times of five", { change: changeText(change, scale, say) });
}
