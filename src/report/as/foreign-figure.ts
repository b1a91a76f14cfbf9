import type { LevelSummary } from "../../metrics/summary-model.ts";

/** A figure by another tool's definition, and plumb's own beside it. */
export interface ForeignFigure {
  /** The tool's own name for it, with its unit. */
  name: string;
  /** null: the tool would have none. */
  value: number | null;
  /** plumb's figure in the same unit; null: plumb has none. */
  ours: number | null;
  formula: string;
  /** Another value of the distribution that the figure before it is of: a table need not say its formula again. */
  followsOn?: true;
}

/** One level by another tool's definitions. */
export interface ForeignLevel {
  tool: string;
  level: LevelSummary;
  figures: ForeignFigure[];
  /** What to know of them, a line each. */
  notes: string[];
}

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** null in, null out. */
export function times1000(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}

export function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}
