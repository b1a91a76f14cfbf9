import type { RunConfig } from "../config/run-config.ts";
import { FixedPlan, type StagePlan } from "../load/plan.ts";
import { type Stage, stagesOf } from "../load/stages.ts";
import { summariseLevel } from "../metrics/level-summary.ts";
import { pointRun } from "../metrics/stage-figures.ts";
import { openRun } from "../record/reader.ts";
import { RoundsPlan } from "./plan-rounds.ts";
import { SearchPlan } from "./plan-search.ts";

/** A plan that hears of a stage which asked for more than the service can do, and was ended for that. */
export interface RunPlan extends StagePlan {
  saturated(stage: Stage): void;
}

/**
 * The stages of a run. Plans that look at what has been measured read it from the record, like everyone else.
 * @param database of the run; everything that a stage came to is in it before the next one is asked for
 */
export function planOf(config: RunConfig, database: string, notice: (line: string) => void): RunPlan {
  const { levels, warmup, plan } = config;
  const [level] = levels;
  if (plan === undefined || level === undefined) {
    return Object.assign(new FixedPlan(stagesOf(levels, warmup)), { saturated() {} });
  }
  if (plan.search !== null) {
    const read = (stage: Stage, load: number) => {
      using reader = openRun(database);
      return pointRun(reader, config, stage.level, stage.repeat, load);
    };
    return new SearchPlan({ config: plan.search, level, warmup, read, notice });
  }
  const read = (stage: Stage) => {
    using reader = openRun(database);
    const recorded = reader.levels().find((one) => one.level === stage.level && one.repeat === stage.repeat);
    return recorded === undefined ? null : summariseLevel(reader, recorded);
  };
  const { repeat, until, budget } = plan;
  return new RoundsPlan({ levels, warmup, repeat, until, budget, read, notice, now: () => performance.now() });
}
