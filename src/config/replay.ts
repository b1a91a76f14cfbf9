import { statSync } from "node:fs";
import { join } from "node:path";
import { DATABASE_NAME } from "../record/schema.ts";
import type { Mistakes } from "./mistakes.ts";
import type { RunOptions } from "./run-options.ts";

/** The dataset that reads every form of trace. */
const DATASET = "trace";

/** A trace as a dataset of the run. */
export interface Replay {
  dataset: string;
  datasetPath: string;
  datasetArgs: Record<string, unknown>;
}

/** What says when requests are sent, or how often: a trace says it itself. Levels, warm-ups and repeats would each need it anew. */
const EXCLUDED = [
  ...["rate", "schedule", "ramp", "users", "arrival", "burstiness", "warmupNum", "warmupDuration", "repeat", "until"],
  ...["sample", "shuffle", "minTurns", "calibrate"],
] as const;

/**
 * What --replay asks for; null: nothing.
 * @param given names of the options that were given
 */
export function findReplay(options: RunOptions, given: ReadonlySet<string>, mistakes: Mistakes): Replay | null {
  const { replay, speed, replayWindow, maxIdle, dataset } = options;
  if (replay === undefined) {
    const stray = ["speed", "replayWindow", "maxIdle"].filter((name) => given.has(name));
    for (const name of stray) mistakes.add(`${flagOf(name)} is for a trace: give --replay FILE`);
    return null;
  }
  if (dataset !== undefined || given.has("prompt") || given.has("datasetPath")) {
    mistakes.add("--replay is what to send: leave --dataset, --dataset-path and --prompt out");
  }
  const isFolder = statSync(replay, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return {
    dataset: DATASET,
    datasetPath: isFolder ? join(replay, DATABASE_NAME) : replay,
    datasetArgs: {
      ...(speed !== undefined && { speed }),
      ...(replayWindow !== undefined && { window: replayWindow }),
      ...(maxIdle !== undefined && { max_idle: maxIdle }),
    },
  };
}

/** The options of a run that sends it. */
export function replayed(options: RunOptions, { datasetArgs, ...replay }: Replay): RunOptions {
  return { ...options, ...replay, datasetArgs: { ...datasetArgs, ...options.datasetArgs } };
}

/** What cannot go together with inputs that have times of their own. */
export function refuseOtherTimes(options: RunOptions, given: ReadonlySet<string>, mistakes: Mistakes): void {
  const stray = EXCLUDED.filter((name) => given.has(name)).map(flagOf);
  if (stray.length > 0) mistakes.add(`a trace has its own times and is sent once: leave ${stray.join(", ")} out`);
  if (options.parallel.length > 1 || options.number.length > 1) {
    mistakes.add("a trace is sent once: give one value of --parallel and --number");
  }
}

function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
