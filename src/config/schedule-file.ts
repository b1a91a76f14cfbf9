import { statSync } from "node:fs";
import { resolve } from "node:path";
import { mostWithin } from "../load/outline.ts";
import type { ListedTimes } from "../load/shape.ts";
import { readTextFile } from "./text-file.ts";
import { UserError } from "./user-error.ts";

/** Digits of a decimal number, such as 12, 0.25 or 1e-3. */
const SECONDS = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The times that a file lists: seconds from the start, one a line, ascending; empty lines and what follows a # are
 * passed over.
 * @throws UserError that names the line
 */
export function readTimes(path: string): number[] {
  const times: number[] = [];
  for (const [index, line] of readTextFile(path).split("\n").entries()) {
    const text = line.replace(/#.*/, "").trim();
    if (text === "") continue;
    const where = `"${path}", line ${index + 1}`;
    if (!SECONDS.test(text)) throw new UserError(`${where}: "${text.slice(0, 40)}" is no number of seconds`, 2);
    const time = Number(text);
    if (time < (times.at(-1) ?? 0)) {
      throw new UserError(`${where}: ${text} s is before the line above: sort the times`, 2);
    }
    times.push(time);
  }
  if (times.length === 0) throw new UserError(`"${path}" lists no times`, 2);
  return times;
}

/** What a run's configuration keeps of such a file. @throws UserError where it cannot be read, now or again */
export function listedIn(path: string): ListedTimes {
  // Engines read it again, each for itself.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw new UserError(`"${path}" is no regular file: write the times into one`, 2);
  }
  const times = readTimes(path);
  const mostASecond = mostWithin(times, 1);
  return { kind: "listed", file: resolve(path), count: times.length, lastS: times.at(-1)!, mostASecond };
}
