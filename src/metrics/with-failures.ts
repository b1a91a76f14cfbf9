import type { LevelTotals, RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import type { Metric } from "./definitions.ts";
import { quantileRank } from "./quantile.ts";
import type { BoundedQuantile, Distribution, Figures, QuantilesWithFailures } from "./summary-model.ts";

/** A figure of everything that ended. Its SQL can be asked of the view `result` word for word. */
interface MetricWithFailures extends Metric {
  /** The value, or as much of it as was waited for. */
  sql: string;
  openLoopSql?: string;
  /** 'exact', 'at_least', 'failed', or NULL where a request has no part in the figure. */
  boundSql: string;
}

/** Ends that are ours and not the service's answer: nobody knows how long it would have taken. */
const CUT_OFF = "error_kind IN ('timeout_connect', 'timeout_idle', 'timeout_total', 'cancelled', 'engine_lost')";
/** Asked for: it says nothing of the service. */
const ON_PURPOSE = "error_kind = 'cancelled_on_purpose'";
const FIRST_SEEN = "is_stream = 1 AND first_chunk_latency IS NOT NULL";

export const TTFT_WITH_FAILURES: MetricWithFailures = {
  key: "ttft_with_failures_ms",
  name: "TTFT with failures",
  unit: "ms",
  formula: "percentiles of TTFT over all that ended: without a first token a timeout is 'at least', a failure infinite",
  source: "first_chunk_latency, else latency, of everything sent",
  aliases: ["ttft_with_failures"],
  sql: `CASE WHEN ${FIRST_SEEN} THEN first_chunk_latency ELSE coalesce(latency, 0) END * 1000`,
  boundSql: `CASE WHEN ${FIRST_SEEN} THEN 'exact' WHEN success = 1 OR ${ON_PURPOSE} THEN NULL WHEN ${CUT_OFF} THEN 'at_least' ELSE 'failed' END`,
};

export const LATENCY_WITH_FAILURES: MetricWithFailures = {
  key: "latency_with_failures_ms",
  name: "latency with failures",
  unit: "ms",
  formula: "percentiles of latency over all that ended: a timeout is 'at least' its elapsed time, a failure infinite",
  source: "latency, or completed_time and scheduled_time, of everything sent",
  aliases: ["latency_with_failures"],
  sql: "coalesce(latency, 0) * 1000",
  openLoopSql: "coalesce(completed_time - scheduled_time, 0) * 1000",
  boundSql: `CASE WHEN success = 1 THEN 'exact' WHEN ${ON_PURPOSE} THEN NULL WHEN ${CUT_OFF} THEN 'at_least' ELSE 'failed' END`,
};

/** Of one level. `ttft` and `latency` are the same figures of its successes. */
export function withFailures(
  reader: RunReader,
  level: RecordedLevel,
  totals: LevelTotals,
  { ttft_ms, latency_ms }: Pick<Figures, "ttft_ms" | "latency_ms">,
): { ttft: QuantilesWithFailures | null; latency: QuantilesWithFailures | null } {
  // Nothing failed, as in most runs: they are the same, and two scans are saved.
  if (totals.success + totals.unsent + totals.cancelled === totals.offered)
    return { ttft: exactly(ttft_ms), latency: exactly(latency_ms) };
  return {
    // An error's body is no stream, whatever was asked for: the others tell whether a first token was to be seen.
    ttft: anyStreamed(reader, level) ? ofAll(reader, level, totals, TTFT_WITH_FAILURES) : null,
    latency: ofAll(reader, level, totals, LATENCY_WITH_FAILURES),
  };
}

function exactly(of: Distribution | null): QuantilesWithFailures | null {
  if (of === null) return null;
  const exact = (value_ms: number): BoundedQuantile => ({ bound: "exact", value_ms });
  return { p50: exact(of.p50), p90: exact(of.p90), p95: exact(of.p95), p99: exact(of.p99) };
}

function anyStreamed(reader: RunReader, level: RecordedLevel): boolean {
  const [first] = reader.values(level, "1", "is_stream = 1");
  return first !== undefined;
}

function ofAll(reader: RunReader, level: RecordedLevel, totals: LevelTotals, metric: MetricWithFailures) {
  const lowest = new Float64Array(totals.offered);
  const exact = new Float64Array(totals.offered);
  let n = 0;
  let m = 0;
  const sql = level.rate === null ? metric.sql : (metric.openLoopSql ?? metric.sql);
  for (const { value, bound } of reader.boundedValues(level, sql, metric.boundSql)) {
    lowest[n++] = bound === "failed" || value === null ? Number.POSITIVE_INFINITY : value;
    if (bound === "exact" && value !== null) exact[m++] = value;
  }
  return quantilesWithFailures(lowest.subarray(0, n), exact.subarray(0, m));
}

/**
 * Sorts both in place; null for none.
 * @param lowest of every request the least that its value can be, infinite for a failed one
 * @param exact the values that are known
 */
export function quantilesWithFailures(lowest: Float64Array, exact: Float64Array): QuantilesWithFailures | null {
  if (lowest.length === 0) return null;
  lowest.sort();
  exact.sort();
  const at = (permille: number): BoundedQuantile => {
    const rank = quantileRank(permille, lowest.length);
    const least = lowest[rank]!;
    if (least === Number.POSITIVE_INFINITY) return { bound: "failed", value_ms: null };
    // With every value that is only a lower bound moved to the far end, the percentile is the greatest that it can be.
    const isExact = rank < exact.length && exact[rank] === least;
    return { bound: isExact ? "exact" : "at_least", value_ms: least };
  };
  return { p50: at(500), p90: at(900), p95: at(950), p99: at(990) };
}
