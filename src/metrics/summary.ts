import type { RunConfig } from "../config/run-config.ts";
import { courseText } from "../load/rate-curve.ts";
import type { RunReader } from "../record/reader.ts";
import { connectionsOf } from "./connections.ts";
import { summariseLevel } from "./level-summary.ts";
import { planSummary } from "./plan-summary.ts";
import { countsOfAll } from "./request-counts.ts";
import { type LevelSummary, SUMMARY_SCHEMA, type Summary } from "./summary-model.ts";
import { clientSummary } from "./verdict.ts";

/**
 * Everything that a report says, from the file alone: the same for a run that has just ended, that was killed, or
 * that goes on. Warm-up counts for no figure.
 */
export function summarise(reader: RunReader): Summary {
  return reader.snapshot(() => {
    const run = reader.run();
    const config: RunConfig = JSON.parse(run.config);
    const recorded = reader.levels();
    const levels = recorded.map((level) => withCourse(summariseLevel(reader, level), config));
    return {
      schema: SUMMARY_SCHEMA,
      config,
      run: {
        name: config.name,
        start_time: run.startTime,
        end: run.end,
        end_reason: run.endReason,
        skipped: run.skipped,
        warmup: reader.warmupCount(),
      },
      requests: countsOfAll(levels),
      ...onlyLevel(levels),
      levels,
      ...planSummary(reader, config, recorded, levels),
      client: clientSummary({
        levels: recorded,
        summaries: levels,
        samples: reader.samples(),
        connections: connectionsOf(reader, config, recorded, levels),
        engines: {
          count: reader.engineCount(),
          inProcess: reader.enginesInMain(),
          transport: config.connection?.transport ?? "fetch",
        },
        cores: run.machine.cores,
        calibration: run.calibration === null ? null : JSON.parse(run.calibration),
      }),
    };
  });
}

/** The record has one number of a rate that changes. A search's levels are no longer those that were asked for. */
function withCourse(summary: LevelSummary, { levels, plan }: RunConfig): LevelSummary {
  const shape = plan?.search ? undefined : levels?.[summary.level]?.shape;
  const course = shape?.kind === "rate" ? courseText(shape.course) : null;
  return course === null ? summary : { ...summary, course };
}

/** Figures at the top of the summary: with several levels there is no one set of them. */
function onlyLevel(levels: LevelSummary[]): Omit<LevelSummary, "level" | "repeat"> | null {
  const [only, ...more] = levels;
  if (only === undefined || more.length > 0) return null;
  const { level: _, repeat: __, ...figures } = only;
  return figures;
}
