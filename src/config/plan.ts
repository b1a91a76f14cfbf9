/** What a run does beyond sending each level once. Plain data: it is stored and printed with the configuration. */

/** The parts of a distribution that a summary holds. */
export const STATS = [
  "mean",
  "min",
  "max",
  "std",
  "p1",
  "p5",
  "p10",
  "p25",
  "p50",
  "p75",
  "p90",
  "p95",
  "p99",
] as const;

export type Stat = (typeof STATS)[number];

/** One number of a level's summary. */
export interface FigureName {
  /** As in summary.json: `ttft_ms`. */
  metric: string;
  /** null: the metric is a single number. */
  stat: Stat | null;
}

export type Operator = "<" | "<=" | ">" | ">=";

/** What a figure of a level must be. */
export interface Objective extends FigureName {
  /** As it was written. */
  text: string;
  op: Operator;
  /** In the unit that the metric has in summary.json; shares from 0 to 1. */
  limit: number;
}

/** A figure is known well enough. */
export interface PrecisionRule extends FigureName {
  text: string;
  /** Half the 95% interval of its mean, as a share of the mean. */
  within: number;
}

/** When repeating ends, whether or not it has come to anything. */
export interface Budget {
  seconds: number;
  /** Repeats of each level; null: no such end. */
  repeats: number | null;
}

/** What a search is after: the largest load that keeps all objectives, or the load at which a figure is best. */
export type Goal = { kind: "hold"; objectives: Objective[] } | ({ kind: "max" | "min"; text: string } & FigureName);

/** A search for a load. Loads are requests at once or requests a second. */
export interface SearchConfig {
  by: "rate" | "parallel";
  /** The first load that is tried. */
  start: number;
  lowest: number;
  highest: number;
  /** Runs of a load that decide about it at most. */
  runs: number;
  /** majority: runs vote, and loads far from the boundary have one; mean: every load has all, and figures are averaged. */
  judge: "majority" | "mean";
  /** How close the answer is, as a share of it. */
  precision: number;
  /** Loads are whole numbers, as requests at once always are. */
  whole: boolean;
  /** Requests of a run: so many, or so many times the load; null: `durationS` alone ends it. */
  number: { count: number } | { times: number; least: number } | null;
  /** Seconds for which a run sends; null: `number` alone ends it. */
  durationS: number | null;
  goals: Goal[];
}

export interface PlanConfig {
  /** Runs of each level. */
  repeat: number;
  /** Repeat until this holds; null: `repeat` times. */
  until: PrecisionRule | null;
  budget: Budget;
  /** Empty: none. */
  slo: Objective[];
  /** GPUs that the service runs on; null: not said. */
  gpus: number | null;
  /** Price of one of them for an hour, in dollars. */
  gpuHourCost: number | null;
  /** null: the levels are the configuration's. */
  search: SearchConfig | null;
}

/** The options that a plan is made from, as RunOptions has them. */
export interface PlanOptions {
  repeat: number;
  until?: PrecisionRule;
  /** Seconds. */
  budget?: number;
  slo: Objective[];
  gpus?: number;
  gpuHourCost?: number;
  slaAutoTune: boolean;
  slaVariable: "parallel" | "rate";
  /** An object, or a list of them: each a search of its own. */
  slaParams?: Record<string, unknown>[];
  slaNumRuns: number;
  slaUpperBound: number;
  slaLowerBound: number;
  slaNumberMultiplier: number;
}
