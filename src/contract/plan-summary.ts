/** What summary.json says of several levels together: objectives, repeats, ladders, searches. */
import type { BoundedQuantile } from "./summary.ts";

/** Whether an objective of --slo held at a level. */
export interface ObjectiveResult {
  /** As it was written. */
  text: string;
  /** In the unit that the figure has in this summary; null: it does not exist, or falls on a failed request. */
  value: number | null;
  /** As of BoundedQuantile; null: the level has no such figure. */
  bound: BoundedQuantile["bound"] | null;
  met: boolean;
}

/** How a level kept the objectives of --slo. */
export interface LevelObjectives {
  level: number;
  repeat: number;
  /** All of them. */
  met: boolean;
  objectives: ObjectiveResult[];
  /** Requests that met every objective a request can meet / all offered, failed and unsent too; null: there is none such. */
  attainment: number | null;
  /** Those requests a second. */
  goodput_per_s: number | null;
}

/** A figure over the runs of one level. */
export interface MeanInterval {
  /** Runs that have the figure. */
  n: number;
  mean: number;
  /** n - 1; null for one run. */
  std: number | null;
  /** Half of the 95% interval of the mean, by Student's t; null for one run. */
  half_width: number | null;
}

/** The runs of one level together. */
export interface RepeatedLevel {
  level: number;
  parallel: number | null;
  rate: number | null;
  /** As of a level. */
  course?: string;
  runs: number;
  /** By name, such as ttft_p99: in the unit that the figure has in this summary. */
  figures: Record<string, MeanInterval>;
}

/** A level as a point of the ladder; means over its runs. */
export interface CurvePoint {
  level: number;
  parallel: number | null;
  rate: number | null;
  /** As of a level. */
  course?: string;
  requests_per_s: number | null;
  output_tokens_per_s: number | null;
  /** Means over requests. */
  ttft_ms: number | null;
  latency_ms: number | null;
  /** 1000 / the median TPOT in ms: output tokens a second for one user. */
  tokens_per_s_per_user: number | null;
  /** Where --gpus was given. */
  tokens_per_s_per_gpu: number | null;
  /** Output tokens a dollar, where --gpu-hour-cost was given. */
  tokens_per_dollar: number | null;
  /** No other level gives as much to a user and to all, and more to one of them; null: it has no such figures. */
  pareto: boolean | null;
}

/** What the levels say together. */
export interface Curve {
  points: CurvePoint[];
  /** By level index. */
  best_throughput: number | null;
  best_latency: number | null;
  /** Greatest throughput / mean latency; null: fewer than three levels. */
  knee: { level: number; place: "inside" | "first" | "last" } | null;
  advice: string | null;
}

/** How a search ended, of one goal. Loads are requests at once or requests a second. */
export interface SearchAnswer {
  /** What was asked, as it was written. */
  goal: string;
  end: "found" | "none_holds" | "all_hold" | "client_limited" | "unfinished";
  /** The largest load that holds, or the best one; null: none. */
  load: number | null;
  /** One line. */
  text: string;
}

export interface SearchPoint {
  load: number;
  /** Positions in `levels`, one a run. */
  runs: number[];
  /** One for each goal. holds, fails, client (plumb's machine was the limit), unknown (not enough runs); null: not judged. */
  votes: ("holds" | "fails" | "client" | "unknown" | null)[];
  settled: boolean;
}

/** What `plumb find` did: every load that it tried, in ascending order. */
export interface SearchSummary {
  by: "rate" | "parallel";
  answers: SearchAnswer[];
  points: SearchPoint[];
}
