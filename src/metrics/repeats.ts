import type { FigureName } from "../config/plan.ts";
import { figureOf, shortName } from "./figure-name.ts";
import { meanInterval } from "./intervals.ts";
import type { LevelSummary, MeanInterval, RepeatedLevel } from "./summary-model.ts";

/** The figures that are given with an interval. */
const HEADLINE: FigureName[] = [
  { metric: "success_rate", stat: null },
  { metric: "requests_per_s", stat: null },
  { metric: "output_tokens_per_s", stat: null },
  ...(["ttft_ms", "tpot_ms", "latency_ms"] as const).flatMap((metric): FigureName[] => [
    { metric, stat: "mean" },
    { metric, stat: "p50" },
    { metric, stat: "p99" },
  ]),
];

/** The runs of each level, ascending. */
export function byLevel(levels: LevelSummary[]): LevelSummary[][] {
  const runs = new Map<number, LevelSummary[]>();
  for (const one of levels) runs.set(one.level, [...(runs.get(one.level) ?? []), one]);
  return [...runs.entries()].sort(([a], [b]) => a - b).map(([, same]) => same);
}

/**
 * Each level's headline figures over its runs. A figure that only some runs have is the mean of those; `n` says so.
 * @param further figures asked for besides
 */
export function repeatedLevels(levels: LevelSummary[], further: FigureName[]): RepeatedLevel[] {
  return byLevel(levels).map((runs) => {
    const { level, parallel, rate, course } = runs[0]!;
    const figures = [...HEADLINE, ...further].flatMap((figure): [string, MeanInterval][] => {
      const interval = overRuns(runs, figure);
      return interval === null ? [] : [[shortName(figure), interval]];
    });
    const load = { parallel, rate, ...(course !== undefined && { course }) };
    return { level, ...load, runs: runs.length, figures: Object.fromEntries(figures) };
  });
}

/** One figure over runs; null: none has it. */
export function overRuns(runs: LevelSummary[], figure: FigureName): MeanInterval | null {
  return meanInterval(runs.map((run) => figureOf(run, figure)).filter((value) => value !== null));
}
