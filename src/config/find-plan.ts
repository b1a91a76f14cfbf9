import { rateOf } from "../load/shape.ts";
import { readSlaGoal } from "../metrics/sla-params.ts";
import type { Mistakes } from "./mistakes.ts";
import type { Goal, PlanConfig, PlanOptions, SearchConfig } from "./plan.ts";
import type { LevelConfig } from "./run-config.ts";

/** How long `--until` repeats where nobody says. */
const DEFAULT_BUDGET = { seconds: 600, repeats: 20 };

/**
 * What a run does beyond sending each level once, as the options say.
 * @param levels of the configuration; a search begins at the first
 */
export function findPlan(
  options: PlanOptions,
  given: ReadonlySet<string>,
  levels: LevelConfig[],
  mistakes: Mistakes,
): PlanConfig {
  if (given.has("budget") && options.until === undefined) mistakes.add("--budget limits --until: give that too");
  if (options.slaAutoTune && options.until !== undefined)
    mistakes.add("--until and --sla-auto-tune exclude each other");
  if (options.slaAutoTune && options.repeat > 1) {
    mistakes.add("--repeat and --sla-auto-tune exclude each other: give --sla-num-runs");
  }
  return {
    repeat: options.repeat,
    until: options.until ?? null,
    budget: options.budget === undefined ? DEFAULT_BUDGET : { seconds: options.budget, repeats: null },
    slo: options.slo,
    gpus: options.gpus ?? null,
    gpuHourCost: options.gpuHourCost ?? null,
    search: options.slaAutoTune ? findSla(options, levels[0], mistakes) : null,
  };
}

/** evalscope's search: every load runs as often, means decide, loads are whole. */
function findSla(options: PlanOptions, level: LevelConfig | undefined, mistakes: Mistakes): SearchConfig | null {
  const { slaVariable: by, slaParams, slaLowerBound: lowest, slaUpperBound: highest } = options;
  if (slaParams === undefined) mistakes.add("--sla-auto-tune needs --sla-params: what is to hold");
  if (lowest > highest) mistakes.add(`--sla-lower-bound ${lowest} is above --sla-upper-bound ${highest}`);
  const goals = (slaParams ?? []).map((params) => mistakes.attempt(() => readSlaGoal(params), "--sla-params"));
  const start = level === undefined ? null : by === "rate" ? rateOf(level.shape) : level.parallel;
  if (start === null) mistakes.add(`--sla-variable ${by} begins at the first --${by}: give one`);
  return {
    by,
    start: Math.max(1, Math.round(start ?? 1)),
    lowest,
    highest,
    runs: options.slaNumRuns,
    judge: "mean",
    precision: 0,
    whole: true,
    number: { times: options.slaNumberMultiplier, least: 1 },
    durationS: null,
    goals: goals.filter((goal): goal is Goal => goal !== undefined),
  };
}
