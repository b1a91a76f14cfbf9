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

/** Milliseconds with the unit; seconds from 100 s on. */
export function milliseconds(ms: number | null): string {
  if (ms === null) return "-";
  return ms < 99_999.5 ? `${figure(ms)} ms` : `${figure(ms / 1000)} s`;
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
