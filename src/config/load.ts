import type { ArrivalPattern } from "../load/arrival-times.ts";
import type { RateSegment } from "../load/rate-curve.ts";
import type { LoadShape } from "../load/shape.ts";
import { pairLevels } from "./levels.ts";
import type { Mistakes } from "./mistakes.ts";
import type { AroundLevels, CancelConfig, RunConfig, ServerCall } from "./run-config.ts";
import type { RunOptions } from "./run-options.ts";
import { listedIn } from "./schedule-file.ts";
import { UserError } from "./user-error.ts";

/** What it holds is known when it has been read. */
const UNREAD_TRACE: LoadShape = { kind: "traced", count: 0, lastS: 0, mostASecond: 0 };

interface LoadSource {
  options: RunOptions;
  /** Names of the options that were given. */
  given: ReadonlySet<string>;
  /** The inputs say when they are due. */
  timed: boolean;
}

export type LoadConfig = Pick<RunConfig, "levels" | "warmup" | "drainS" | "around" | "cancel">;

/**
 * What is sent and when, as the options say; undefined where they cannot be understood.
 * @param url that requests go to; undefined: it could not be understood
 */
export function findLoad(source: LoadSource, url: string | undefined, mistakes: Mistakes): LoadConfig | undefined {
  const { options, given } = source;
  const shapes = mistakes.attempt(() => shapesOf(source));
  const around = mistakes.attempt(() => aroundLevels(options, url), "--before-level");
  const cancel = cancelOf(options, mistakes);
  const levels = mistakes.attempt(() =>
    pairLevels({
      parallel: options.users !== undefined ? [options.users] : given.has("parallel") ? options.parallel : null,
      // What is wrong with the shapes has been told; the other lists are looked at all the same.
      shapes: shapes ?? [{ kind: "closed", rampS: 0 }],
      number: given.has("number") ? options.number : null,
      durationS: options.duration ?? null,
    }),
  );
  if (shapes === undefined || around === undefined || levels === undefined) return undefined;
  const warmup = { num: options.warmupNum, durationS: options.warmupDuration ?? null };
  if (warmup.num > 0 && warmup.num < 1 && levels.some(({ number }) => number === null)) {
    mistakes.add(`--warmup-num ${warmup.num} is a share of --number, which is not given: use --warmup-duration`);
  }
  return { levels, warmup, drainS: Number.isFinite(options.drain) ? options.drain : null, around, cancel };
}

function shapesOf({ options, given, timed }: LoadSource): LoadShape[] {
  if (timed) return [UNREAD_TRACE];
  const { schedule, ramp, users } = options;
  const rates = options.rate ?? [null];
  const open = schedule !== undefined || rates.some((rate) => rate !== null);
  const pattern = patternOf(options, given);
  if (options.openLoop && !open) throw new UserError("--open-loop needs a rate: give --rate R, or --schedule FILE", 2);
  if (schedule !== undefined) {
    if (users !== undefined)
      throw new UserError("--users have times of their own: give --rate in place of --schedule", 2);
    if (given.has("rate")) throw new UserError("--schedule and --rate both say when to send: give one of them", 2);
    if (ramp !== undefined) throw new UserError("--ramp is for a load without a schedule", 2);
    return [scheduled(schedule)];
  }
  const [first] = rates.filter((rate) => rate !== null);
  if (first !== undefined && ramp !== undefined) {
    const target = first.at(-1)!.to;
    throw new UserError(`--ramp is for a load without --rate: give --rate 0-${target}:${ramp}s`, 2);
  }
  if (users !== undefined) return rates.map((course) => userShape(course, given));
  return rates.map((course) =>
    course === null ? { kind: "closed", rampS: ramp ?? 0 } : { kind: "rate", pattern, course },
  );
}

/** Users say things evenly over time, so that a course or a pattern of arrivals has no meaning for them. */
function userShape(course: RateSegment[] | null, given: ReadonlySet<string>): LoadShape {
  const [only, ...more] = course ?? [];
  if (given.has("parallel")) throw new UserError("--users says how many there are at once: leave --parallel out", 2);
  if (given.has("arrival") || given.has("burstiness")) {
    throw new UserError(
      "--users: each sends evenly over time, so --arrival and --burstiness are for loads without it",
      2,
    );
  }
  if (only === undefined) throw new UserError("--users needs a rate: --rate R, the turns a second of all of them", 2);
  if (more.length > 0 || only.from !== only.to) throw new UserError("--users: --rate must be a single number", 2);
  return { kind: "users", rate: only.to };
}

function scheduled(path: string): LoadShape {
  try {
    return listedIn(path);
  } catch (error) {
    throw error instanceof UserError ? new UserError(`--schedule: ${error.message}`, 2, { cause: error }) : error;
  }
}

/** Burstiness alone means gamma, which is what has it. */
function patternOf({ arrival, burstiness }: RunOptions, given: ReadonlySet<string>): ArrivalPattern {
  if (burstiness !== undefined && given.has("arrival") && arrival !== "gamma") {
    throw new UserError(`--burstiness goes with --arrival gamma, not ${arrival}`, 2);
  }
  if (burstiness !== undefined || arrival === "gamma") return { kind: "gamma", shape: burstiness ?? 1 };
  return { kind: arrival };
}

function aroundLevels({ sleepInterval, beforeLevel, profile }: RunOptions, url: string | undefined): AroundLevels {
  return {
    pauseS: sleepInterval,
    before: url === undefined ? [] : beforeLevel.map((text) => serverCall(text, url)),
    profile,
  };
}

/** "POST /reset_prefix_cache", or a whole URL in place of the path. */
function serverCall(text: string, base: string): ServerCall {
  const [, method = "", where = ""] = /^([a-z]+) +(\S+)$/i.exec(text.trim()) ?? [];
  const url = where.startsWith("/") || /^https?:\/\//i.test(where) ? URL.parse(where, base) : null;
  if (url === null) throw new UserError(`"${text}" is no request: write 'POST /reset_prefix_cache'`, 2);
  if (url.username !== "" || url.password !== "") {
    throw new UserError("a URL with a password would be stored: the run's own headers are sent along", 2);
  }
  return { method: method.toUpperCase(), url: url.href };
}

function cancelOf({ cancel, cancelAfter }: RunOptions, mistakes: Mistakes): CancelConfig | null {
  if (cancel === undefined && cancelAfter === undefined) return null;
  if (cancel === undefined || cancelAfter === undefined) {
    mistakes.add(
      cancel === undefined
        ? "--cancel-after needs a share of the requests: --cancel 10%"
        : "--cancel needs a time: --cancel-after 2s",
    );
    return null;
  }
  return { share: cancel, afterS: cancelAfter };
}
