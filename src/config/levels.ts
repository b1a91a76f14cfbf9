import { type LoadShape, rateOf } from "../load/shape.ts";
import type { LevelConfig } from "./run-config.ts";
import type { RequestCount } from "./run-options.ts";
import { UserError } from "./user-error.ts";

/** Seconds of an open loop that nobody gave an end. */
const USUAL_S = 10;

/** What the levels are made of: of each list one value a level, or one for all. */
export interface LevelLists {
  /** null: not given. */
  parallel: number[] | null;
  shapes: LoadShape[];
  /** null: not given. */
  number: RequestCount[] | null;
  /** Seconds; null: not given. */
  durationS: number | null;
}

/**
 * One level for each set of values.
 * @throws UserError if the lists are of different lengths
 */
export function pairLevels({ parallel, shapes, number, durationS }: LevelLists): LevelConfig[] {
  const lists = { "--parallel": parallel ?? [], "--rate": shapes, "--number": number ?? [] };
  const count = Math.max(...Object.values(lists).map(({ length }) => length));
  const long = Object.entries(lists).filter(([, { length }]) => length > 1);
  if (long.some(([, { length }]) => length !== count)) {
    const said = long.map(([flag, { length }], index) => `${flag} has ${length}${index === 0 ? " values" : ""}`);
    throw new UserError(`${said.join(" and ")}: give equally many, or one for all`, 2);
  }
  const of = <T>(list: T[] | null, level: number): T | null => list?.[list.length === 1 ? 0 : level] ?? null;
  return Array.from({ length: count }, (_, level) => {
    const shape = of(shapes, level)!;
    // Without a rate there must be a bound, and one request at once is the least.
    const slots = of(parallel, level) ?? (shape.kind === "closed" ? 1 : null);
    return { parallel: slots, shape, ...endOf(shape, slots, of(number, level), durationS) };
  });
}

/** When a level ends. Both: whichever comes first. */
function endOf(
  shape: LoadShape,
  parallel: number | null,
  count: RequestCount | null,
  durationS: number | null,
): Pick<LevelConfig, "number" | "durationS"> {
  const number = count === null ? null : requests(count, parallel ?? rateOf(shape) ?? 1);
  if (shape.kind === "listed") return { number: Math.min(number ?? shape.count, shape.count), durationS };
  if (number !== null || durationS !== null || shape.kind === "traced") return { number, durationS };
  const courseS = shape.kind === "rate" ? lengthS(shape) : 0;
  if (courseS > 0) return { number: null, durationS: courseS };
  return { number: requests("10x", parallel ?? rateOf(shape) ?? 1), durationS: null };
}

/** A course's own length; one whose last stretch has no end goes on for the usual time. 0: it is one rate all along. */
function lengthS({ course }: Extract<LoadShape, { kind: "rate" }>): number {
  const timedS = course.reduce((sum, { overS }) => sum + (overS ?? 0), 0);
  return timedS > 0 && course.at(-1)!.overS === null ? timedS + USUAL_S : timedS;
}

/** So many times the requests at once, or a second. */
function requests(count: RequestCount, unit: number): number {
  return typeof count === "number" ? count : Math.max(1, Math.ceil(Number.parseInt(count, 10) * unit));
}
