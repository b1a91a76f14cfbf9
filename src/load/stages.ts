import type { LevelConfig } from "../config/run-config.ts";
import type { Phase } from "../record/outcome.ts";

/** One stretch of load with one shape; a run is a sequence of them, each begun when the one before has drained. */
export interface Stage {
  index: number;
  phase: Phase;
  level: number;
  repeat: number;
  /** Requests at once. */
  parallel: number;
  /** Requests in all. */
  number: number;
}

/**
 * A level is its warm-up, if there is one, and then its own requests. The warm-up drains first: otherwise a run of 64 at
 * once would measure 54 requests that start beside the 10 that were to warm the server for them.
 *
 * @param warmup a count, or below 1 a share of the level's number
 */
export function stagesOf(levels: LevelConfig[], warmup: number): Stage[] {
  const stages: Stage[] = [];
  for (const [level, { parallel, number }] of levels.entries()) {
    const warm = warmup < 1 ? Math.ceil(warmup * number) : warmup;
    if (warm > 0) stages.push({ index: stages.length, phase: "warmup", level, repeat: 0, parallel, number: warm });
    stages.push({ index: stages.length, phase: "measure", level, repeat: 0, parallel, number });
  }
  return stages;
}

/**
 * An engine's part of a stage: arrival k belongs to engine k mod N, slots are dealt out alike. With fewer slots than
 * engines the last ones sit this stage out: an engine without a slot would never send what it was given.
 */
export function shareOf(stage: Stage, engine: number, engines: number): { slots: number; quota: number } {
  const active = Math.min(engines, stage.parallel);
  if (engine >= active) return { slots: 0, quota: 0 };
  const deal = (whole: number) => Math.floor(whole / active) + (engine < whole % active ? 1 : 0);
  return { slots: deal(stage.parallel), quota: deal(stage.number) };
}

/** Measured: a second engine costs 60% more CPU for the same work at 64 at once, 10% at 1,000; one holds about 1,000. */
const SLOTS_AN_ENGINE = 1500;

/**
 * How many engine processes a load gets when nobody says: one for each 1,500 requests at once, at most one a core.
 * Never more than there are slots.
 */
export function enginesFor(levels: LevelConfig[], asked: number | null, cores: number): number {
  const parallel = Math.max(...levels.map((level) => level.parallel));
  const wanted = asked ?? Math.min(cores, Math.ceil(parallel / SLOTS_AN_ENGINE));
  return Math.max(1, Math.min(wanted, parallel));
}
