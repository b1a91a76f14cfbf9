import { type FigureName, STATS, type Stat } from "../config/plan.ts";
import { UserError } from "../config/user-error.ts";
import { nearest } from "../registry/nearest.ts";
import { METRICS, type Metric } from "./definitions.ts";
import { REQUEST_METRICS } from "./request-metrics.ts";
import type { Distribution, LevelSummary, Throughput } from "./summary-model.ts";

type Unit = Metric["unit"];

/** Numbers that a level has one of. */
const SINGLE: Record<string, (level: LevelSummary) => number | null> = {
  success_rate: ({ requests }) => requests.success_rate,
  duration_s: ({ duration_s }) => duration_s,
  ...ofThroughput("requests_per_s", "output_tokens_per_s", "total_tokens_per_s", "items_per_s", "input_tokens_per_s"),
  cache_hit_rate: ({ tokens }) => tokens.cache_hit_rate,
  per_chunk: ({ tokens }) => tokens.per_chunk,
  coalesced_share: ({ coalesced_share }) => coalesced_share,
};

const DISTRIBUTIONS = new Set<string>([...Object.keys(REQUEST_METRICS), "itl_ms", "chunk_gap_ms"]);

/** What else a part of a distribution is called. */
const STAT_NAMES: Record<string, Stat> = {
  ...(Object.fromEntries(STATS.map((stat) => [stat, stat])) as Record<Stat, Stat>),
  avg: "mean",
  average: "mean",
  median: "p50",
};

/** Names to the metric that they mean: `ttft`, `ttft_ms`, `first_chunk_latency`. */
const NAMES = new Map<string, string>([
  ...METRICS.filter(({ key }) => DISTRIBUTIONS.has(key) || key in SINGLE).flatMap(({ key, aliases }) =>
    [key, key.replace(/_(?:ms|s)$/, ""), ...aliases].map((name): [string, string] => [name, key]),
  ),
]);

/**
 * `ttft_p99`, `p99_ttft`, `avg_latency`, `success_rate`: a metric of the summary or one of its aliases, and where it has
 * a distribution the part that is meant.
 * @throws UserError with the nearest name
 */
export function readFigureName(text: string): FigureName {
  const words = text
    .trim()
    .toLowerCase()
    .split(/[_.\s-]+/);
  const last = STAT_NAMES[words.at(-1) ?? ""];
  const first = STAT_NAMES[words[0] ?? ""];
  const [stat, name] =
    last !== undefined
      ? [last, words.slice(0, -1).join("_")]
      : first !== undefined
        ? [first, words.slice(1).join("_")]
        : [null, words.join("_")];
  const metric = NAMES.get(name);
  if (metric === undefined) throw unknownMetric(text, name);
  if (DISTRIBUTIONS.has(metric) && stat === null) {
    throw new UserError(`"${text}": say which part of it, such as ${name}_p99 or ${name}_mean`, 2);
  }
  if (!DISTRIBUTIONS.has(metric) && stat !== null) {
    throw new UserError(`"${text}": ${name} is a single number: leave "${stat}" out`, 2);
  }
  return { metric, stat };
}

function unknownMetric(text: string, name: string): UserError {
  // Such as p98: the name is right without it.
  if (NAMES.has(name.replace(/(?:^|_)p\d+$|^p\d+_/, "")))
    return new UserError(`"${text}": the parts are ${STATS.join(", ")}`, 2);
  const near = nearest(name, [...NAMES.keys()]);
  return new UserError(`no figure is called "${name}"${near === undefined ? "" : `: did you mean ${near}?`}`, 2);
}

/** null: the level has none, as where nothing succeeded. */
export function figureOf(level: LevelSummary, { metric, stat }: FigureName): number | null {
  if (stat === null) return SINGLE[metric]?.(level) ?? null;
  const distribution = level[metric as keyof LevelSummary] as Distribution | null;
  return distribution?.[stat] ?? null;
}

export function unitOf({ metric }: FigureName): Unit {
  const found = METRICS.find(({ key }) => key === metric);
  if (found === undefined) throw new Error(`${metric} is no figure`);
  return found.unit;
}

/** "ttft_p99", "success_rate": the name without its unit. */
export function shortName({ metric, stat }: FigureName): string {
  return stat === null ? metric : `${metric.replace(/_ms$/, "")}_${stat}`;
}

function ofThroughput(...names: (keyof Throughput)[]) {
  return Object.fromEntries(names.map((name) => [name, ({ throughput }: LevelSummary) => throughput[name]]));
}
