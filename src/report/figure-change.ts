import { boundOf } from "../compare/answer.ts";
import type { Difference, Interval, Scale } from "../compare/comparison-model.ts";
import { figure } from "./figure-text.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";

/** "131.0 ms", "99.80%", "840.1 tokens/s" */
export function withUnit(value: number | null, unit: string): string {
  if (value === null) return "-";
  return unit === "share" ? `${share(value)}%` : `${figure(value)} ${unit}`;
}

/** "+12.3%", or "-0.4 points" between shares. */
export function changeText(change: number, scale: Scale, say: Say = ENGLISH_SAY): string {
  return scale === "points" ? say("{n} points", { n: signed(change, scale) }) : signed(change, scale);
}

/** "+12.3%"; of points the number alone. What is shown as 0 has no sign. */
function signed(change: number, scale: Scale): string {
  const amount = scale === "points" ? (100 * change).toFixed(2) : percentOf(change);
  const shown = Number(amount) === 0 ? amount.replace("-", "") : change > 0 ? `+${amount}` : amount;
  return scale === "points" ? shown : `${shown}%`;
}

/** "+8.1% to +16.2%", "-0.40 to +0.10 points" */
export function intervalText({ low, high }: Interval, scale: Scale, say: Say = ENGLISH_SAY): string {
  return say("{low} to {high}", { low: signed(low, scale), high: changeText(high, scale, say) });
}

/** "+12.3%", of a difference that may not exist. */
export function differenceText({ difference, ratio, scale }: Difference, say: Say = ENGLISH_SAY): string {
  if (scale === "points") return difference === null ? "-" : changeText(difference, scale, say);
  return ratio === null ? "-" : changeText(ratio - 1, scale, say);
}

/** "worse", "no difference > 2.3%", "inconclusive: would have seen 12%" */
export function answerText(
  { answer, interval, scale, detectable, reason }: Difference,
  say: Say = ENGLISH_SAY,
): string {
  if (answer === "better" || answer === "worse") return say(answer);
  if (answer === "same" && interval !== null) {
    return say("no difference > {change}", { change: unsigned(boundOf(interval), scale, say) });
  }
  if (reason !== null) return say("inconclusive: {reason}", { reason: say.sentence(reason) });
  if (detectable === null) return say("inconclusive");
  return say("inconclusive: {reason}", { reason: seenText(detectable, scale, say) });
}

/** Beyond a doubling the number says nothing but that it was hopeless. */
function seenText(detectable: number, scale: Scale, say: Say): string {
  if (detectable >= 1) return say("not even a doubling would show");
  return say("{change} would show", { change: unsigned(detectable, scale, say) });
}

/** "12.3%", "0.40 points" */
function unsigned(change: number, scale: Scale, say: Say): string {
  return changeText(Math.abs(change), scale, say).replace("+", "");
}

function percentOf(change: number): string {
  const percent = 100 * change;
  return Math.abs(percent) >= 100 ? percent.toFixed(0) : percent.toFixed(1);
}

/** The number alone, of a table whose rows are named by `nameWithUnit`. */
export function withoutUnit(value: number | null, unit: string): string {
  if (value === null) return "-";
  return unit === "share" ? share(value) : figure(value);
}

/** "ttft_p99, ms" */
export function nameWithUnit(name: string, unit: string): string {
  return `${name}, ${unit === "share" ? "%" : unit}`;
}

/** All of them alone are 100%. */
function share(value: number): string {
  if (value === 1 || value === 0) return String(100 * value);
  return Math.min(99.99, Math.max(0.01, 100 * value)).toFixed(2);
}
