import type { Mistakes } from "./mistakes.ts";
import type { SearchConfig } from "./plan.ts";
import type { RequestCount, RunOptions } from "./run-options.ts";

/** The options of `plumb find` beside those of a run. */
export interface FindOptions {
  by?: "rate" | "parallel";
  from?: number;
  to: number;
  numRuns: number;
  precision: number;
}

/** Seconds that a rate is tried for, and requests that so many at once are tried with, where nobody says. */
const RATE_S = 30;
const REQUESTS = { times: 10, least: 20 };
/** Below 0.1% a search follows noise. */
const LEAST_PRECISION = 0.001;

/**
 * The search that the options ask for, and the run's options with the load that it begins at in place of their own.
 */
export function findSearch(
  options: RunOptions & FindOptions,
  given: ReadonlySet<string>,
  mistakes: Mistakes,
): { search: SearchConfig; options: RunOptions } {
  const by = options.by ?? (given.has("rate") ? "rate" : "parallel");
  const start = options.from ?? firstLoad(options, by, given);
  const lowest = options.from ?? Math.min(1, start);
  checkFind(options, given, by, mistakes);
  if (options.to < lowest) mistakes.add(`--to ${options.to} is below --from ${lowest}`);
  if (by === "parallel" && [lowest, options.to].some((bound) => !Number.isInteger(bound))) {
    mistakes.add("--from and --to: requests at once are whole numbers; --by rate takes others");
  }
  const search: SearchConfig = {
    by,
    start,
    lowest,
    highest: options.to,
    runs: options.numRuns,
    judge: "majority",
    precision: Math.max(LEAST_PRECISION, options.precision),
    whole: by === "parallel",
    ...endOf(options, given, by),
    goals: [{ kind: "hold", objectives: options.slo }],
  };
  const load = by === "rate" ? { rate: [[{ from: start, to: start, overS: null }]] } : { parallel: [start] };
  return { search, options: { ...options, ...load } };
}

function firstLoad({ rate, parallel }: RunOptions, by: "rate" | "parallel", given: ReadonlySet<string>): number {
  if (by === "rate") return rate?.[0]?.at(-1)?.to || 1;
  return given.has("parallel") ? (parallel[0] ?? 1) : 1;
}

function checkFind(options: RunOptions, given: ReadonlySet<string>, by: string, mistakes: Mistakes): void {
  if (options.slo.length === 0 && !given.has("slo")) {
    mistakes.add("find needs --slo: what is to hold, such as --slo 'ttft_p99<500ms,success_rate>99.9%'");
  }
  if (options.slaAutoTune) mistakes.add("--sla-auto-tune is a search of `plumb run`: with find give --slo");
  for (const flag of ["repeat", "until", "budget"]) {
    if (given.has(flag)) mistakes.add(`--${flag} is for \`plumb run\`: find runs a load --num-runs times at most`);
  }
  if (given.has("replay")) mistakes.add("--replay has times of its own: find tries loads; leave it out");
  if (given.has("schedule")) mistakes.add("--schedule has times of its own: find needs --by rate or parallel");
  if (by === "parallel" && given.has("rate")) mistakes.add("--by parallel and --rate exclude each other");
}

/** When a run of a load ends. */
function endOf(
  { number, duration }: RunOptions,
  given: ReadonlySet<string>,
  by: "rate" | "parallel",
): Pick<SearchConfig, "number" | "durationS"> {
  const durationS = duration ?? null;
  if (given.has("number")) return { number: countOf(number[0] ?? "10x"), durationS };
  if (durationS !== null) return { number: null, durationS };
  return by === "rate" ? { number: null, durationS: RATE_S } : { number: REQUESTS, durationS: null };
}

function countOf(count: RequestCount): SearchConfig["number"] {
  return typeof count === "number" ? { count } : { times: Number.parseInt(count, 10), least: 1 };
}
