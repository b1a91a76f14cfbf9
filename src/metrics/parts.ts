import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { distributionOf } from "./distribution.ts";
import { REQUEST_METRICS, type RequestMetric } from "./request-metrics.ts";
import type { PartSummary } from "./summary-model.ts";

/** Figures of each part of a level's requests, in the order of their names; null: they are of one kind. */
export function partsOf(reader: RunReader, level: RecordedLevel): PartSummary[] | null {
  const parts = reader.parts(level);
  return parts.length === 0 ? null : parts.map((part) => partOf(reader, level, part));
}

function partOf(reader: RunReader, level: RecordedLevel, part: string): PartSummary {
  // Names of files may be in it.
  const inside = `part = '${part.replaceAll("'", "''")}'`;
  const of = ({ sql, openLoopSql, where }: RequestMetric) => {
    const value = level.rate === null ? sql : (openLoopSql ?? sql);
    const found = Array.from(reader.values(level, value, `${inside} AND (${where})`), (sent) => sent.value);
    return distributionOf(Float64Array.from(found));
  };
  return {
    part,
    requests: reader.count(level, `${inside} AND coalesce(error_kind, '') <> 'unsent'`),
    success: reader.count(level, `${inside} AND success = 1`),
    ttft_ms: of(REQUEST_METRICS.ttft_ms),
    tpot_ms: of(REQUEST_METRICS.tpot_ms),
    latency_ms: of(REQUEST_METRICS.latency_ms),
    prompt_tokens: of(REQUEST_METRICS.prompt_tokens),
    completion_tokens: of(REQUEST_METRICS.completion_tokens),
  };
}
