import type { FigureName } from "../config/plan.ts";
import { figureOf, shortName } from "../metrics/figure-name.ts";
import { REQUEST_METRICS, type RequestMetricKey } from "../metrics/request-metrics.ts";
import type { LevelSummary } from "../metrics/summary-model.ts";
import { openRun, type RunReader } from "../record/reader.ts";
import { blockErrors, blockSeconds, type Statistic, type TimedValues } from "./block-bootstrap.ts";
import { type Estimate, onScale } from "./estimate.ts";
import { scaleOf } from "./figure-scale.ts";

/** SQL over `outcome` of what a request adds to a figure that a level has one of, and which requests do. */
const SUMS: Record<string, { sql: string; where: string; statistic: "rate" | "mean" }> = {
  success_rate: { sql: "success", where: "coalesce(error_kind, '') <> 'cancelled_on_purpose'", statistic: "mean" },
  requests_per_s: { sql: "1", where: "success = 1", statistic: "rate" },
  output_tokens_per_s: { sql: "completion_tokens", where: "success = 1", statistic: "rate" },
  total_tokens_per_s: { sql: "prompt_tokens + completion_tokens", where: "success = 1", statistic: "rate" },
  input_tokens_per_s: { sql: "prompt_tokens", where: "success = 1", statistic: "rate" },
  items_per_s: { sql: "items", where: "success = 1", statistic: "rate" },
};

const SEED = 1;

/** By short name; a figure that is not in there has too little behind it. */
export type WithinRun = Map<string, Estimate>;

/**
 * Figures of one level with the errors that moving blocks of its requests give. A rate's requests are placed at their
 * sending: the sum is the same, and which block an edge falls to is no matter.
 */
export function withinRun(path: string, level: LevelSummary, figures: FigureName[]): WithinRun {
  using reader = openRun(path);
  const latency = level.latency_from_sent_ms ?? level.latency_ms;
  const found: WithinRun = new Map();
  for (const [metric, same] of Map.groupBy(figures, (figure) => figure.metric)) {
    const series = seriesOf(reader, level, metric);
    if (series === null || series.at.length === 0 || latency === null) continue;
    const span = series.at.at(-1)! - series.at[0]!;
    const result = blockErrors(series, blockSeconds(span, latency.mean / 1000), {
      statistics: same.map(statisticOf).filter((statistic) => statistic !== null),
      log: scaleOf(metric) === "ratio",
      seed: SEED,
    });
    for (const figure of same) {
      const statistic = statisticOf(figure);
      const error = statistic === null ? null : (result?.errors[statistic] ?? null);
      const own = figureOf(level, figure);
      const value = own === null ? null : onScale(own, scaleOf(metric));
      if (result === null || error === null || value === null) continue;
      found.set(shortName(figure), { value, error, freedom: result.blocks - 1 });
    }
  }
  return found;
}

function statisticOf({ metric, stat }: FigureName): Statistic | null {
  if (stat === null) return SUMS[metric]?.statistic ?? null;
  return stat === "min" || stat === "max" || stat === "std" ? null : stat;
}

function seriesOf(reader: RunReader, level: LevelSummary, metric: string): TimedValues | null {
  const recorded = reader.levels().find((one) => one.level === level.level && one.repeat === level.repeat);
  if (recorded === undefined) return null;
  const own = Object.hasOwn(REQUEST_METRICS, metric) ? REQUEST_METRICS[metric as RequestMetricKey] : undefined;
  const sum = SUMS[metric];
  if (own === undefined && sum === undefined) return null;
  const sql = own === undefined ? sum!.sql : level.rate === null ? own.sql : (own.openLoopSql ?? own.sql);
  const rows = [...reader.values(recorded, sql, own?.where ?? sum!.where)].sort((a, b) => a.sent - b.sent);
  return { at: Float64Array.from(rows, ({ sent }) => sent), values: Float64Array.from(rows, ({ value }) => value) };
}
