import { boundOf } from "../compare/answer.ts";
import type { Difference, Interval, Scale } from "../compare/comparison-model.ts";
import { figure } from "./figure-text.ts";

/** "131.0 ms", "99.80%", "840.1 tokens/s" */
export function withUnit(value: number | null, unit: string): string {
  if (value === null) return "-";
  return unit === "share" ? `${share(value)}%` : `${figure(value)} ${unit}`;
}

/** "+12.3%", or "-0.4 points" between shares. */
export function changeText(change: number, scale: Scale): string {
  const sign = change > 0 ? "+" : "";
  if (scale === "points") return `${sign}${(100 * change).toFixed(2)} points`;
  return `${sign}${percentOf(change)}%`;
}

/** "+8.1% to +16.2%", "-0.40 to +0.10 points" */
export function intervalText({ low, high }: Interval, scale: Scale): string {
  return `${changeText(low, scale).replace(" points", "")} to ${changeText(high, scale)}`;
}

/** "+12.3%", of a difference that may not exist. */
export function differenceText({ difference, ratio, scale }: Difference): string {
  if (scale === "points") return difference === null ? "-" : changeText(difference, scale);
  return ratio === null ? "-" : changeText(ratio - 1, scale);
}

/** "worse", "no difference > 2.3%", "inconclusive: would have seen 12%" */
export function answerText({ answer, interval, scale, detectable, reason }: Difference): string {
  if (answer === "better" || answer === "worse") return answer;
  if (answer === "same" && interval !== null) return `no difference > ${unsigned(boundOf(interval), scale)}`;
  if (reason !== null) return `inconclusive: ${reason}`;
  return detectable === null ? "inconclusive" : `inconclusive: ${seenText(detectable, scale)}`;
}

/** Beyond a doubling the number says nothing but that it was hopeless. */
function seenText(detectable: number, scale: Scale): string {
  return detectable >= 1 ? "not even a doubling would show" : `${unsigned(detectable, scale)} would show`;
}

/** "12.3%", "0.40 points" */
function unsigned(change: number, scale: Scale): string {
  return changeText(Math.abs(change), scale).replace("+", "");
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
