import type { RunConfig } from "../config/run-config.ts";
import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { summariseLevel } from "./level-summary.ts";
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
    const levels = recorded.map((level) => summariseLevel(reader, level));
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
      ...onlyLevel(levels),
      levels,
      client: clientSummary({
        levels: recorded,
        summaries: levels,
        samples: reader.samples(),
        connectionsOpened: connectionsOpened(reader, recorded),
        engines: reader.engineCount(),
        cores: run.machine.cores,
      }),
    };
  });
}

/** Figures at the top of the summary: with several levels there is no one set of them. */
function onlyLevel(levels: LevelSummary[]): Omit<LevelSummary, "level" | "repeat"> | null {
  const [only, ...more] = levels;
  if (only === undefined || more.length > 0) return null;
  const { level: _, repeat: __, ...figures } = only;
  return figures;
}

function connectionsOpened(reader: RunReader, levels: RecordedLevel[]): number | null {
  const counts = levels.map((level) => reader.totals(level).newConnections).filter((n) => n !== null);
  return counts.length === 0 ? null : counts.reduce((sum, n) => sum + n, 0);
}
