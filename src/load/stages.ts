import type { LevelConfig, WarmupConfig } from "../config/run-config.ts";
import type { Phase } from "../record/outcome.ts";
import { Prng } from "../tokens/prng.ts";
import { RateCurve } from "./rate-curve.ts";
import { type LoadShape, mostASecond } from "./shape.ts";

/** One stretch of load with one shape; a run is a sequence of them, each begun when the one before has drained. */
export interface Stage {
  index: number;
  phase: Phase;
  level: number;
  repeat: number;
  /** Requests at once; null: no bound (open loop alone). */
  parallel: number | null;
  /** Requests in all; null: as many as there are until `durationS`, or in a list of times. */
  number: number | null;
  /** Seconds after which nothing more is sent; null: no such end. */
  durationS: number | null;
  shape: LoadShape;
}

/** Every level in turn, with its warm-up. */
export function stagesOf(levels: LevelConfig[], warmup: WarmupConfig): Stage[] {
  const stages: Stage[] = [];
  for (const [level, config] of levels.entries()) {
    stages.push(...stagesOfLevel(config, warmup, { index: stages.length, level, repeat: 0 }));
  }
  return stages;
}

/**
 * A level is its warm-up, if there is one, and then its own requests. The warm-up drains first: otherwise a run of 64 at
 * once would measure 54 requests that start beside the 10 that were to warm the server for them.
 *
 * @param at the first stage's place in the run
 */
export function stagesOfLevel(
  { parallel, number, durationS, shape }: LevelConfig,
  warmup: WarmupConfig,
  at: Pick<Stage, "index" | "level" | "repeat">,
): Stage[] {
  const warm = warmup.num < 1 ? Math.ceil(warmup.num * (number ?? 0)) : warmup.num;
  const own: Stage = { ...at, phase: "measure", parallel, number, durationS, shape };
  if (warm === 0 && warmup.durationS === null) return [own];
  const before: Stage = {
    ...own,
    phase: "warmup",
    number: warm === 0 ? null : warm,
    durationS: warmup.durationS,
    // Slots that opened one by one would warm the server for less than what follows.
    shape: shape.kind === "closed" ? { ...shape, rampS: 0 } : shape,
  };
  return [before, { ...own, index: at.index + 1 }];
}

/** An engine's part of a stage. null: without a bound. */
export interface Share {
  slots: number | null;
  quota: number | null;
  /** Which of the engines that take part it is, and how many these are. */
  turn: number;
  engines: number;
}

/**
 * An engine's part of a stage: arrival k belongs to engine k mod N, slots are dealt out alike. With fewer slots than
 * engines the last ones sit this stage out: an engine without a slot would never send what it was given.
 */
export function shareOf(stage: Pick<Stage, "parallel" | "number">, engine: number, engines: number): Share {
  const active = Math.min(engines, stage.parallel ?? engines);
  if (engine >= active) return { slots: 0, quota: 0, turn: engine, engines: active };
  const deal = (whole: number | null) =>
    whole === null ? null : Math.floor(whole / active) + (engine < whole % active ? 1 : 0);
  return { slots: deal(stage.parallel), quota: deal(stage.number), turn: engine, engines: active };
}

/** Seconds of an open loop's arrivals that an engine may hold ahead. */
const AHEAD_S = 2;
const LEAST_AHEAD = 64;
const MOST_AHEAD = 8192;

/**
 * How many inputs an engine may hold unused. Closed loop: one for each slot, for all may end at once, and some more;
 * open loop: what falls due in two seconds.
 */
export function windowOf(shape: LoadShape, { slots, engines }: Share): number {
  const most = mostASecond(shape);
  if (most !== null) {
    return Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, Math.ceil((AHEAD_S * most) / Math.max(1, engines))));
  }
  return (slots ?? 0) + Math.min(256, Math.max(16, 2 * (slots ?? 0)));
}

/** The seed of a stage's own draws: the run's, mixed with whose they are. */
export function stageSeed(seed: number, { level, repeat, phase }: Pick<Stage, "level" | "repeat" | "phase">): number {
  return mixedSeed(seed, level, repeat, phase === "warmup" ? 1 : 0);
}

/** @param parts whole numbers below 2^20 tell seeds apart for sure, larger ones nearly so */
export function mixedSeed(seed: number, ...parts: number[]): number {
  return parts.reduce((mixed, part) => new Prng(mixed).uint32() * 2 ** 20 + part, seed);
}

/** Measured: a second engine costs 60% more CPU for the same work at 64 at once, 10% at 1,000; one holds about 1,000. */
const SLOTS_AN_ENGINE = 1500;
/** Requests a second that one sends without falling behind, with some to spare. */
const RATE_AN_ENGINE = 2000;

/**
 * How many engine processes a load gets when nobody says: one for each 1,500 requests at once, and for each 2,000 a
 * second; at most one a core. Never more than there are slots.
 */
export function enginesFor(levels: LevelConfig[], asked: number | null, cores: number): number {
  const needed = ({ parallel, shape }: LevelConfig) =>
    Math.max((parallel ?? 0) / SLOTS_AN_ENGINE, (mostASecond(shape) ?? 0) / RATE_AN_ENGINE);
  const wanted = asked ?? Math.min(cores, Math.ceil(Math.max(...levels.map(needed))));
  return Math.max(1, Math.min(wanted, slotsAtMost(levels) ?? wanted));
}

/** Requests in all, as far as that can be told beforehand; null: the service decides it. */
export function requestsOf({ number, durationS, shape }: Pick<Stage, "number" | "durationS" | "shape">): number | null {
  const due =
    durationS === null || shape.kind !== "rate" ? null : Math.ceil(new RateCurve(shape.course).countAt(durationS));
  return number === null ? due : Math.min(number, due ?? number);
}

/** Requests at once, of the largest level; null: one has no bound. */
export function slotsAtMost(levels: Pick<LevelConfig, "parallel">[]): number | null {
  const bounds = levels.map(({ parallel }) => parallel);
  return bounds.every((bound) => bound !== null) ? Math.max(...bounds) : null;
}
