import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunConfig } from "../config/run-config.ts";
import { UserError } from "../config/user-error.ts";
import { printableJson } from "../report/printable.ts";

export interface RunFolder {
  path: string;
  database: string;
}

/**
 * Makes `outputs/TIME/NAME`, or `outputs/NAME` without the time, with the run's configuration in it.
 * @throws UserError where it cannot
 */
export function makeRunFolder(config: RunConfig, now = new Date()): RunFolder {
  const parent = config.noTimestamp ? config.outputsDir : join(config.outputsDir, freeTime(config.outputsDir, now));
  const path = join(parent, config.name);
  const database = join(path, "benchmark_data.db");
  if (existsSync(database)) {
    throw new UserError(`${database} already holds a run: give another --name, or leave out --no-timestamp`, 2);
  }
  try {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "config.json"), `${printableJson(config, 2)}\n`);
  } catch (error) {
    throw new UserError(`cannot make ${path}: ${(error as Error).message}; choose another --outputs-dir`, 2);
  }
  return { path, database };
}

/** Two runs in one second get folders of their own. */
function freeTime(parent: string, now: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${day}_${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  for (let k = 1; ; k++) {
    const name = k === 1 ? time : `${time}_${k}`;
    if (!existsSync(join(parent, name))) return name;
  }
}
