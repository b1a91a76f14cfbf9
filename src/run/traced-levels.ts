import type { LevelConfig, RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import type { DatasetPlugin, InputTiming } from "../contract/dataset.ts";
import { FileSource } from "../dataset/source.ts";
import { datasetOf } from "../registry/registries.ts";

/**
 * The configuration with what a trace holds in the levels that send it; as it is where the inputs have no times.
 * @param own a script's own dataset, in place of the one that is named
 * @throws UserError (exit 2) with all that is wrong with the data, or where they hold nothing to send
 */
export async function withTraceRead(config: RunConfig, own?: DatasetPlugin): Promise<RunConfig> {
  if (config.levels.every(({ shape }) => shape.kind !== "traced")) return config;
  const timing = await timingOf(config, own ?? (await datasetOf(config)));
  return { ...config, levels: config.levels.map((level) => traced(level, timing)) };
}

async function timingOf({ params }: RunConfig, { name, timing }: DatasetPlugin): Promise<InputTiming> {
  let found: InputTiming | undefined;
  try {
    found = await timing?.(params, new FileSource());
  } catch (error) {
    if (error instanceof UserError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError(`dataset ${name}: ${message}`, 2, { cause: error });
  }
  if (found !== undefined && found.inputs > 0) return found;
  throw new UserError(`dataset ${name} has nothing to send in ${params.datasetPath ?? "it"}`, 2);
}

function traced(level: LevelConfig, { inputs: count, lastS, mostASecond }: InputTiming): LevelConfig {
  const number = Math.min(level.number ?? count, count);
  return { ...level, number, shape: { kind: "traced", count, lastS, mostASecond } };
}
