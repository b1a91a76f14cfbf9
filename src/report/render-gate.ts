import type { Scale } from "../compare/comparison-model.ts";
import type { GateCheck, GateOutcome, GateResult } from "../compare/gate-model.ts";
import { changeText, differenceText, intervalText, withUnit } from "./figure-change.ts";
import { labelledLines } from "./labelled-line.ts";
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

export function renderGate({ outcome, checks, notes }: GateResult, { color, columns }: TextOptions): string {
  const paint = painter(color);
  const width = columns ?? USUAL_WIDTH;
  const lines = [
    "",
    `  gate ${paint(outcome, COLORS[outcome])}`,
    "",
    ...checks.flatMap((check) => {
      const text = `${printable(check.rule)} at load ${check.load}: ${checkText(check)}`;
      return labelledLines(check.outcome, text, width, LABEL_WIDTH);
    }),
    ...notes.flatMap((note, i) => labelledLines(i === 0 ? "note" : "", printable(note), width, LABEL_WIDTH)),
    "",
  ];
  return `${lines.join("\n")}\n`;
}

/** "110.2 ms -> 131.0 ms, +19.1% (+14.2% to +24.3%): beyond the limit for sure" */
export function checkText(check: GateCheck): string {
  const { unit, value, baseline, difference, wouldFailFrom, reason, outcome } = check;
  if (difference === null) return `${withUnit(value, unit)}: ${reason}`;
  const { interval, scale } = difference;
  const spread = interval === null ? "" : ` (${intervalText(interval, scale)})`;
  const change = `${withUnit(baseline, unit)} -> ${withUnit(value, unit)}, ${differenceText(difference)}${spread}`;
  const seen = outcome === "failed" || wouldFailFrom === null ? "" : `; ${wouldShow(wouldFailFrom, scale)}`;
  return `${change}: ${reason}${seen}`;
}

/** What would have failed the gate four times of five. */
export function wouldShow(change: number, scale: Scale): string {
  if (Math.abs(change) >= 1) return "not even a doubling would have failed";
  return `${changeText(change, scale)} would have failed four times of five`;
}
