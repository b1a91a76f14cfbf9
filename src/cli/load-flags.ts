import { readRate } from "../config/rate.ts";
import type { RequestCount } from "../config/run-options.ts";
import { UserError } from "../config/user-error.ts";
import {
  asChoice,
  asDuration,
  asDurationOrNone,
  asNumber,
  asText,
  asWhole,
  several,
  single,
  toggle,
} from "./flag-kinds.ts";

/** Flags that say how much is sent, when, and when it ends. */
export const LOAD_FLAGS = {
  parallel: several(asWhole({ min: 1, max: 65_536 }), {
    help: "Requests at once; several values are run one after the other; given twice, the last counts",
    hint: "N...",
    commas: true,
    replaces: true,
    default: [1],
  }),
  rate: several(readRate, {
    help: "Requests a second, whatever the service does; with --parallel at most so many at once, late ones are sent late. R, 0-R:60s (evenly up to R), or 10:30s+50:30s; -1: none",
    hint: "R...",
    commas: true,
    replaces: true,
  }),
  number: several(asRequestCount, {
    help: "Requests in all: a count, or 10x for ten times --parallel, or --rate; as many values as those, or one (default 10x; with --duration no count)",
    hint: "N|Nx...",
    alias: "n",
    commas: true,
    replaces: true,
    default: ["10x"] as RequestCount[],
  }),
  duration: single(asDuration({ min: 0.001 }), {
    help: "Send for so long; with --number whichever comes first: 60s, 2m, 1h",
    hint: "TIME",
  }),
  drain: single(asDurationOrNone(), {
    help: "Give up what is still in flight so long after the last request was sent",
    hint: "TIME|none",
    default: Number.POSITIVE_INFINITY,
  }),
  arrival: single(asChoice(["poisson", "constant", "gamma"]), {
    help: "How the gaps between the requests of --rate are spread",
    hint: "poisson|constant|gamma",
    default: "poisson",
  }),
  burstiness: single(asNumber({ min: 0.001, max: 1e6 }), {
    help: "Shape of gamma gaps: below 1 requests come in bursts, above 1 more evenly; 1 is poisson",
    hint: "X",
  }),
  schedule: single(asText, {
    help: "File with the times to send at: seconds from the start, one a line, ascending",
    hint: "FILE",
  }),
  openLoop: toggle({ help: "No more than what --rate without --parallel is", default: false }),
  ramp: single(asDuration({ min: 0.001 }), {
    help: "Open the slots of --parallel evenly over this time",
    hint: "TIME",
  }),
  warmupNum: single(asWarmup, {
    help: "Requests before each level's own, left out of the figures: a count, or below 1 a share of --number",
    hint: "N",
    default: 0,
  }),
  warmupDuration: single(asDuration({ min: 0.001 }), {
    help: "Send each level's load for so long first, left out of the figures",
    hint: "TIME",
  }),
  sleepInterval: single(asDuration(), { help: "Pause between levels", hint: "TIME", default: 0 }),
  beforeLevel: several(asText, {
    help: "Request to send before each level: 'POST /reset_prefix_cache'",
    hint: "'METHOD PATH'...",
    commas: false,
    default: [] as string[],
  }),
  profile: toggle({
    help: "POST /start_profile before each level and /stop_profile after it",
    default: false,
  }),
  cancel: single(asShare, { help: "Share of the requests to give up on purpose: 0.1 or 10%", hint: "R" }),
  cancelAfter: single(asDuration(), { help: "When to give them up, after they were sent", hint: "TIME" }),
  maxErrors: single(asWhole({ min: 1 }), { help: "End the run after so many failures", hint: "N" }),
  maxErrorRate: single(asShare, {
    help: "End the run when so large a share has failed, once enough has ended to tell: 0.1 or 10%",
    hint: "R",
  }),
  engines: single(asWhole({ min: 1, max: 256 }), {
    help: "Processes that send (default: decided from the load)",
    hint: "N",
  }),
};

export function asShare(text: string): number {
  const percent = /^(.+)%$/.exec(text)?.[1];
  if (percent !== undefined) return asNumber({ min: 0, max: 100 })(percent) / 100;
  return asNumber({ min: 0, max: 1 })(text);
}

function asRequestCount(text: string): RequestCount {
  const times = /^(\d+)x$/i.exec(text)?.[1];
  if (times === undefined && !/^[+-]?\d+$/.test(text)) {
    throw new UserError(`"${text}" is neither a whole number nor a multiple such as 10x`, 2);
  }
  const value = asWhole({ min: 1 })(times ?? text);
  return times === undefined ? value : `${value}x`;
}

function asWarmup(text: string): number {
  const value = asNumber({ min: 0 })(text);
  if (value > 1 && !Number.isInteger(value)) {
    throw new UserError(`"${text}" is neither a whole number nor a share below 1`, 2);
  }
  return value;
}
