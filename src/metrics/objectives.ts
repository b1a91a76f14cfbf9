import type { Objective } from "../config/plan.ts";
import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { attainedSql, judgeObjective } from "./slo.ts";
import type { LevelObjectives, LevelSummary } from "./summary-model.ts";

/** How a level kept its objectives: by its own figures, and request by request. */
export function levelObjectives(
  reader: RunReader,
  recorded: RecordedLevel,
  level: LevelSummary,
  objectives: Objective[],
): LevelObjectives {
  const results = objectives.map((objective) => judgeObjective(level, objective));
  const sql = attainedSql(level, objectives);
  const attained = sql === null ? null : reader.count(recorded, sql);
  const { offered } = level.requests;
  return {
    level: level.level,
    repeat: level.repeat,
    met: results.every(({ met }) => met),
    objectives: results,
    attainment: attained === null || offered === 0 ? null : attained / offered,
    goodput_per_s: attained === null || !(level.duration_s ?? 0) ? null : attained / level.duration_s!,
  };
}
