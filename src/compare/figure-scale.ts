import type { FigureName } from "../config/plan.ts";
import { unitOf } from "../metrics/figure-name.ts";
import type { LevelSummary } from "../metrics/summary-model.ts";
import type { Scale } from "./comparison-model.ts";

/** The figures of a comparison where nobody names others. */
const SINGLE = ["success_rate", "requests_per_s", "output_tokens_per_s"];
const OF_ITEMS = ["success_rate", "items_per_s", "input_tokens_per_s"];
const PARTS = ["mean", "p50", "p90", "p99"] as const;
const DISTRIBUTIONS = ["ttft_ms", "tpot_ms", "latency_ms"];

export function comparedFigures(level: LevelSummary): FigureName[] {
  const ofItems = level.throughput.items_per_s !== null;
  return [
    ...(ofItems ? OF_ITEMS : SINGLE).map((metric) => ({ metric, stat: null })),
    ...DISTRIBUTIONS.flatMap((metric) => PARTS.map((stat) => ({ metric, stat }))),
  ];
}

/** Shares differ by points: 99.9% instead of 99.5% is 0.4 points better, whatever their ratio. */
export function scaleOf(metric: string): Scale {
  return unitOf({ metric, stat: null }) === "share" ? "points" : "ratio";
}

/** Times are better the lower they are. */
export function betterOf({ metric }: FigureName): "lower" | "higher" {
  return metric.endsWith("_per_s") || metric === "success_rate" || metric === "cache_hit_rate" ? "higher" : "lower";
}
