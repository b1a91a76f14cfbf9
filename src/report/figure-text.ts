import type { BoundedQuantile } from "../metrics/summary-model.ts";
import { printable } from "./printable.ts";

/** Figures as a table shows them; what does not exist is a dash. */

/** 1234 -> "1,234" */
export function whole(n: number): string {
  return Math.round(n).toLocaleString("en-US");
}

/** "1 connection", "4 connections" */
export function counted(n: number, noun: string): string {
  return `${whole(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** About four digits that count: "0.083", "9.87", "52.5", "840.1", "12,345". */
export function figure(value: number | null): string {
  if (value === null) return "-";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.9995) return value.toFixed(3);
  if (size < 9.995) return value.toFixed(2);
  return size < 999.95 ? value.toFixed(1) : whole(value);
}

/** With no more digits than its interval bears out: two of the interval's half. */
export function figureWithin(value: number, halfWidth: number): string {
  const usual = figure(value);
  if (!(halfWidth > 0) || !Number.isFinite(halfWidth)) return usual;
  const place = Math.floor(Math.log10(halfWidth)) - 1;
  const decimals = usual.split(".")[1]?.length ?? 0;
  if (place <= 0) return decimals <= -place ? usual : value.toFixed(-place);
  const step = 10 ** place;
  return whole(Math.round(value / step) * step);
}

/** Milliseconds with the unit; seconds from 100 s on. */
export function milliseconds(ms: number | null): string {
  if (ms === null) return "-";
  return ms < 99_999.5 ? `${figure(ms)} ms` : `${figure(ms / 1000)} s`;
}

export function millisecondsWithin(ms: number, halfWidthMs: number): string {
  return ms < 99_999.5 ? `${figureWithin(ms, halfWidthMs)} ms` : `${figureWithin(ms / 1000, halfWidthMs / 1000)} s`;
}

/** "52.5 ms", "> 120.0 s" for what is at least so much, "failed". */
export function bounded({ bound, value_ms }: BoundedQuantile, show: (ms: number) => string = milliseconds): string {
  if (bound === "failed") return "failed";
  return bound === "exact" ? show(value_ms) : `> ${show(value_ms)}`;
}

/** 0.98765 -> "98.77%". 100% and 0% are said only of all and of none. */
export function percent(part: number, of: number): string {
  if (of === 0) return "-";
  if (part === of) return "100%";
  if (part === 0) return "0%";
  return `${Math.min(99.99, Math.max(0.01, (100 * part) / of)).toFixed(2)}%`;
}

/** `{reset: 3, empty: 1}` -> "reset 3, empty 1" */
export function tally(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, n]) => `${printable(name)} ${whole(n)}`)
    .join(", ");
}
