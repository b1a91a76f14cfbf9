import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { distributionOf } from "./distribution.ts";
import { REQUEST_METRICS, type RequestMetric } from "./request-metrics.ts";
import type { KindSummary, LevelSummary } from "./summary-model.ts";

/** Figures of a level's requests by part, model and endpoint; null where there is but one kind. */
export function kindsOf(
  reader: RunReader,
  level: RecordedLevel,
  durationS: number | null,
): Pick<LevelSummary, "parts" | "models" | "endpoints"> {
  const of = (column: "part" | "model" | "endpoint", name: string) => kindOf(reader, level, durationS, column, name);
  const parts = reader.kinds(level, "part");
  const models = reader.kinds(level, "model");
  const endpoints = reader.kinds(level, "endpoint");
  return {
    // A part has a name only where the data have given it one.
    parts: parts.length === 0 ? null : parts.map((part) => ({ part, ...of("part", part) })),
    models: models.length < 2 ? null : models.map((model) => ({ model, ...of("model", model) })),
    endpoints: endpoints.length < 2 ? null : endpoints.map((endpoint) => ({ endpoint, ...of("endpoint", endpoint) })),
  };
}

function kindOf(
  reader: RunReader,
  level: RecordedLevel,
  durationS: number | null,
  column: string,
  name: string,
): KindSummary {
  // Names of files may be in it.
  const inside = `${column} = '${name.replaceAll("'", "''")}'`;
  const values = ({ sql, openLoopSql, where }: RequestMetric) => {
    const value = level.rate === null ? sql : (openLoopSql ?? sql);
    const found = Array.from(reader.values(level, value, `${inside} AND (${where})`), (sent) => sent.value);
    return Float64Array.from(found);
  };
  const of = (metric: RequestMetric) => distributionOf(values(metric));
  const tokens = values(REQUEST_METRICS.completion_tokens);
  const produced = tokens.reduce((sum, count) => sum + count, 0);
  const requests = reader.count(level, `${inside} AND coalesce(error_kind, '') <> 'unsent'`);
  const success = reader.count(level, `${inside} AND success = 1`);
  const judged = requests - reader.count(level, `${inside} AND error_kind = 'cancelled_on_purpose'`);
  return {
    requests,
    success,
    success_rate: judged === 0 ? null : success / judged,
    ttft_ms: of(REQUEST_METRICS.ttft_ms),
    tpot_ms: of(REQUEST_METRICS.tpot_ms),
    latency_ms: of(REQUEST_METRICS.latency_ms),
    prompt_tokens: of(REQUEST_METRICS.prompt_tokens),
    completion_tokens: distributionOf(tokens),
    output_tokens_per_s: durationS === null || durationS === 0 || tokens.length === 0 ? null : produced / durationS,
  };
}
