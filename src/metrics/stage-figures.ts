import type { RunConfig } from "../config/run-config.ts";
import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { connectionsOf } from "./connections.ts";
import { summariseLevel } from "./level-summary.ts";
import type { PointRun } from "./search-judge.ts";
import type { ClientSummary, LevelSummary } from "./summary-model.ts";
import { clientSummary } from "./verdict.ts";

/** Failures that are plumb's machine's, whatever the verdict says of its times. */
const OWN_FAILURES = ["local_resource", "engine_lost"];

/** One run of a level while the others are still to come, or long after. null: there is no such row. */
export function pointRun(
  reader: RunReader,
  config: RunConfig,
  level: number,
  repeat: number,
  load: number,
): PointRun | null {
  const recorded = reader.levels().find((one) => one.level === level && one.repeat === repeat);
  return recorded === undefined ? null : pointOf(reader, config, recorded, summariseLevel(reader, recorded), load);
}

/** A level as a point of a search, with a verdict of its own. */
export function pointOf(
  reader: RunReader,
  config: RunConfig,
  recorded: RecordedLevel,
  summary: LevelSummary,
  load: number,
): PointRun {
  const { verdict } = levelVerdict(reader, config, recorded, summary);
  const ownFailures = OWN_FAILURES.some((kind) => (summary.requests.by_error[kind] ?? 0) > 0);
  return {
    load,
    level: summary,
    limited: verdict === "client-limited" || ownFailures,
    saturated: (recorded.endReason ?? null) !== null,
  };
}

function levelVerdict(
  reader: RunReader,
  config: RunConfig,
  recorded: RecordedLevel,
  summary: LevelSummary,
): ClientSummary {
  return clientSummary({
    levels: [recorded],
    summaries: [summary],
    samples: reader.samples(),
    connections: connectionsOf(reader, config, [recorded], [summary]),
    engines: {
      count: reader.engineCount(),
      inProcess: reader.enginesInMain(),
      transport: config.connection?.transport ?? "fetch",
    },
    cores: reader.run().machine.cores,
    calibration: null,
  });
}
