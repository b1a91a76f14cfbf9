import { existsSync } from "node:fs";
import type { RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import { summarise } from "../metrics/summary.ts";
import type { LevelSummary, Verdict } from "../metrics/summary-model.ts";
import { openRun } from "../record/reader.ts";

/** One recorded run, read back. Its levels may have repeats. */
export interface RunOfSide {
  path: string;
  /** Unix seconds. */
  startTime: number;
  config: RunConfig;
  machine: string;
  version: string;
  verdict: Verdict;
  /** Whether it came to its own end. */
  done: boolean;
  levels: LevelSummary[];
  /** When each of them began, Unix seconds. */
  levelTimes: number[];
}

/** Runs that are taken as one thing measured several times. */
export interface Side {
  label: string;
  runs: RunOfSide[];
}

/**
 * `FOLDER,FOLDER` or `LABEL=FOLDER,FOLDER`: the runs of one side.
 * @param otherwise the label of a side that names none
 * @throws UserError for what is no run, or has no level
 */
export function readSide(text: string, otherwise: string): Side {
  const named = existsSync(text) ? null : /^([^=/]+)=(.+)$/.exec(text);
  const label = named?.[1] ?? otherwise;
  const list = named?.[2] ?? text;
  // A folder may have a comma in its name.
  const paths = existsSync(list) ? [list] : list.split(",").filter((path) => path !== "");
  return { label, runs: paths.map(readRun) };
}

function readRun(path: string): RunOfSide {
  using reader = openRun(path);
  const run = reader.run();
  const summary = summarise(reader);
  if (summary.levels.length === 0) throw new UserError(`${path}: the run ended before it sent anything`, 2);
  return {
    path: reader.path,
    startTime: run.startTime,
    config: summary.config,
    machine: `${run.machine.cpu}, ${run.machine.cores} cores, ${run.machine.hostname}`,
    version: run.versions.plumb,
    verdict: summary.client.verdict,
    done: run.end === "done",
    levels: summary.levels,
    levelTimes: reader.levels().map(({ startTime }) => startTime),
  };
}
