import type { LevelTotals, RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { distributionOf } from "./distribution.ts";
import { REQUEST_METRICS, scansOf } from "./request-metrics.ts";
import type { KindSummary, LevelSummary } from "./summary-model.ts";
import { valuesByKey } from "./values-by-key.ts";

type KindColumn = "part" | "model" | "endpoint";

const METRICS = ["ttft_ms", "tpot_ms", "latency_ms", "prompt_tokens", "completion_tokens"] as const;

type KindFigures = Pick<KindSummary, (typeof METRICS)[number]>;

const NONE: KindFigures = {
  ttft_ms: null,
  tpot_ms: null,
  latency_ms: null,
  prompt_tokens: null,
  completion_tokens: null,
};

/** Figures of a level's requests by part, model and endpoint; null where there is but one kind. */
export function kindsOf(
  reader: RunReader,
  level: RecordedLevel,
  totals: LevelTotals,
  durationS: number | null,
): Pick<LevelSummary, "parts" | "models" | "endpoints"> {
  const of = (column: KindColumn) => eachKind(reader, level, totals, durationS, column);
  return {
    // A part has a name only where the data have given it one.
    parts: totals.parts === 0 ? null : of("part").map(([part, figures]) => ({ part, ...figures })),
    models:
      totals.firstModel === totals.lastModel ? null : of("model").map(([model, figures]) => ({ model, ...figures })),
    endpoints:
      totals.firstEndpoint === totals.lastEndpoint
        ? null
        : of("endpoint").map(([endpoint, figures]) => ({ endpoint, ...figures })),
  };
}

function eachKind(
  reader: RunReader,
  level: RecordedLevel,
  totals: LevelTotals,
  durationS: number | null,
  column: KindColumn,
): [kind: string, summary: KindSummary][] {
  const figures = kindFigures(reader, level, totals, column);
  return reader.kinds(level, column).map((counts) => {
    const { kind, requests, success, cancelled, completionTokens } = counts;
    const judged = requests - cancelled;
    const summary = {
      requests,
      success,
      success_rate: judged === 0 ? null : success / judged,
      ...(figures.get(kind) ?? NONE),
      output_tokens_per_s: completionTokens === null || !durationS ? null : completionTokens / durationS,
    };
    return [kind, summary];
  });
}

function kindFigures(
  reader: RunReader,
  level: RecordedLevel,
  { offered }: LevelTotals,
  column: KindColumn,
): Map<string, KindFigures> {
  const figures = new Map<string, KindFigures>();
  const metrics = METRICS.map((key) => REQUEST_METRICS[key]);
  for (const scanned of scansOf(metrics, offered)) {
    for (const [kind, lists] of valuesByKey(reader, level, column, scanned)) {
      const found = scanned.map(({ key }, i) => [key, distributionOf(Float64Array.from(lists[i]!))]);
      figures.set(kind, { ...(figures.get(kind) ?? NONE), ...Object.fromEntries(found) });
    }
  }
  return figures;
}
