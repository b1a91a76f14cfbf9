import { timesOf } from "./schedules.ts";
import type { LoadShape } from "./shape.ts";
import type { Stage } from "./stages.ts";

/** More are not drawn: a stage may have no end. */
const MOST_DRAWN = 1_000_000;

/** The drawn times of a stage in open loop, in seconds. */
export interface Outline {
  count: number;
  /** false: there are more than were drawn. */
  complete: boolean;
  firstS: number;
  lastS: number;
  /** Shortest, median, and longest time between two; null: there is but one. */
  gaps: { least: number; median: number; most: number } | null;
  /** The most that are due within one second. */
  mostASecond: number;
}

/** null: nothing is due. @param listed reads the file that a shape names */
export function outlineOf(
  { number, durationS }: Pick<Stage, "number" | "durationS">,
  shape: Exclude<LoadShape, { kind: "closed" | "users" | "traced" }>,
  seed: number,
  listed: (file: string) => number[],
): Outline | null {
  const source = timesOf(shape, seed, listed);
  const times: number[] = [];
  let complete = true;
  for (let next = source.next(); !next.done; next = source.next()) {
    if (times.length === number || (durationS !== null && next.value >= durationS)) break;
    if (times.length === MOST_DRAWN) {
      complete = false;
      break;
    }
    times.push(next.value);
  }
  if (times.length === 0) return null;
  const gaps = times.slice(1).map((time, index) => time - times[index]!);
  gaps.sort((a, b) => a - b);
  return {
    count: times.length,
    complete,
    firstS: times[0]!,
    lastS: times.at(-1)!,
    gaps: gaps.length === 0 ? null : { least: gaps[0]!, median: gaps[gaps.length >> 1]!, most: gaps.at(-1)! },
    mostASecond: mostWithin(times, 1),
  };
}

/** @param times ascending */
export function mostWithin(times: number[], seconds: number): number {
  let most = 0;
  let first = 0;
  for (const [index, time] of times.entries()) {
    while (times[first]! <= time - seconds) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
