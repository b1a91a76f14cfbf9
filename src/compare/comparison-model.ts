import type { Verdict } from "../metrics/summary-model.ts";

export const COMPARISON_SCHEMA = "plumb-comparison-1";

/**
 * better, worse: the interval lies wholly on one side of 0, and reaches beyond the margin; same: it lies within the
 * margin; inconclusive: neither.
 */
export type Answer = "better" | "worse" | "same" | "inconclusive";

/**
 * What the spread is taken from. runs: of both sides; one-side: one side has a single run, and is believed to spread
 * as the other does; within-run: moving blocks of single runs, which know nothing of how runs differ; pairs: blocks
 * that stand next to each other in time.
 */
export type Basis = "runs" | "one-side" | "within-run" | "pairs";

/** How a difference is told: as a share of the baseline, or between two shares as points (0.01: one point). */
export type Scale = "ratio" | "points";

export interface Interval {
  low: number;
  high: number;
}

/** One figure of a side against the baseline's. */
export interface Difference {
  /** In the figure's unit; null: one of the two has no such figure. */
  difference: number | null;
  /** null as above, or because the baseline is 0. */
  ratio: number | null;
  scale: Scale;
  /** 0.05: 5% more than the baseline, or 5 points; null: nothing to make it from, `reason` says what was missing. */
  interval: Interval | null;
  basis: Basis | null;
  answer: Answer;
  /** The true difference, as `interval` counts, that would have been told from none four times of five. */
  detectable: number | null;
  reason: string | null;
}

export interface ComparedFigure {
  /** Such as `ttft_p99`. */
  figure: string;
  unit: string;
  better: "lower" | "higher";
  /** One list a side: the figure of each run, in the unit that it has in summary.json. */
  runs: (number | null)[][];
  /** One a side: the mean over its runs. */
  values: (number | null)[];
  /** One for each side but the first, which is the baseline. */
  differences: Difference[];
}

export interface ComparedLevel {
  /** Requests at once or a second, as in `64` or `10/s`. */
  load: string;
  figures: ComparedFigure[];
}

export interface ComparedRun {
  path: string;
  /** Unix seconds. */
  startTime: number;
  verdict: Verdict;
}

export interface ComparedSide {
  label: string;
  runs: ComparedRun[];
}

/** One option in which the sides' configurations differ, as JSON texts, one a side; null: not there. */
export interface ConfigDifference {
  option: string;
  values: (string | null)[];
}

export interface Comparison {
  schema: typeof COMPARISON_SCHEMA;
  /** The first is the baseline. */
  sides: ComparedSide[];
  /** Probability with which an interval holds the true difference. */
  confidence: number;
  /** As `Difference.interval` counts: what is smaller is no matter. */
  margin: Record<Scale, number>;
  configuration: ConfigDifference[];
  levels: ComparedLevel[];
  /** What else to know before believing it, one line each. */
  notes: string[];
}
