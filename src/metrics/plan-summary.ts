import type { PlanConfig, SearchConfig } from "../config/plan.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { curveOf } from "./curve.ts";
import { levelObjectives } from "./objectives.ts";
import { repeatedLevels } from "./repeats.ts";
import { loadOfLevel, searchSummary } from "./search-summary.ts";
import { pointOf } from "./stage-figures.ts";
import type { LevelSummary, RunSummary } from "./summary-model.ts";

const NO_PLAN: Pick<PlanConfig, "slo" | "until" | "gpus" | "gpuHourCost" | "search"> = {
  slo: [],
  until: null,
  gpus: null,
  gpuHourCost: null,
  search: null,
};

/** What a run says beyond its single levels; each part only where there is something to say. */
export function planSummary(
  reader: RunReader,
  config: RunConfig,
  recorded: RecordedLevel[],
  levels: LevelSummary[],
): Pick<RunSummary, "objectives" | "repeats" | "curve" | "search"> {
  // Files of before there were plans have none.
  const plan = config.plan ?? NO_PLAN;
  const curve = curveOf(levels, plan);
  const further = [...plan.slo, ...(plan.until === null ? [] : [plan.until])];
  return {
    ...(plan.slo.length > 0 && {
      objectives: levels.map((level, i) => levelObjectives(reader, recorded[i]!, level, plan.slo)),
    }),
    ...(levels.some(({ repeat }) => repeat > 0) && { repeats: repeatedLevels(levels, further) }),
    ...(curve !== null && { curve }),
    ...(plan.search !== null && { search: searchOf(reader, config, plan.search, recorded, levels) }),
  };
}

function searchOf(
  reader: RunReader,
  config: RunConfig,
  search: SearchConfig,
  recorded: RecordedLevel[],
  levels: LevelSummary[],
) {
  // A run that was cut short has its last level in part only: that is no vote.
  const last = reader.run().end === "done" ? null : Math.max(...recorded.map(({ startTime }) => startTime));
  const runs = levels.flatMap((level, position) => {
    const load = loadOfLevel(level, search.by);
    if (load === null || recorded[position]!.startTime === last) return [];
    return [{ ...pointOf(reader, config, recorded[position]!, level, load), position }];
  });
  return searchSummary(search, runs);
}
