import type { Budget, PrecisionRule } from "../config/plan.ts";
import type { LevelConfig, WarmupConfig } from "../config/run-config.ts";
import { rateOf } from "../load/shape.ts";
import { type Stage, stagesOfLevel } from "../load/stages.ts";
import { relativeHalfWidth } from "../metrics/intervals.ts";
import { overRuns } from "../metrics/repeats.ts";
import type { LevelSummary } from "../metrics/summary-model.ts";
import type { RunPlan } from "./plan.ts";

/** Two runs may agree by chance: their interval is wide, but its width is a matter of luck too. */
const LEAST_REPEATS = 3;

export interface Rounds {
  levels: LevelConfig[];
  warmup: WarmupConfig;
  repeat: number;
  until: PrecisionRule | null;
  budget: Budget;
  /** Figures of a stage that has ended. */
  read(stage: Stage): LevelSummary | null;
  notice(line: string): void;
  /** Milliseconds. */
  now(): number;
}

/**
 * All levels once, then all again: interleaved, so that what changes while a run goes on (a cache that fills, a machine
 * that warms up) meets every level alike. With `until` a level drops out when its figure is known well enough.
 */
export class RoundsPlan implements RunPlan {
  readonly foreseen: Stage[];
  readonly #stages: AsyncGenerator<Stage, void>;
  readonly #open: Set<number>;
  readonly #runs = new Map<number, LevelSummary[]>();
  #index = 0;

  constructor(readonly rounds: Rounds) {
    const { levels, until, repeat } = rounds;
    this.#open = new Set(levels.keys());
    this.foreseen = this.#foresee(until === null ? repeat : Math.max(repeat, LEAST_REPEATS));
    this.#stages = this.#walk();
  }

  async next(): Promise<Stage | null> {
    const { value, done } = await this.#stages.next();
    return done === true || value === undefined ? null : value;
  }

  /** A service that cannot keep up with this rate will not with a higher one: neither comes again. */
  saturated(stage: Stage): void {
    const { levels, notice } = this.rounds;
    const rate = rateOf(stage.shape);
    const above = [...this.#open].filter((level) => {
      const other = rateOf(levels[level]!.shape);
      return rate !== null && other !== null && other >= rate;
    });
    for (const level of above) this.#open.delete(level);
    const skipped = above.filter((level) => level !== stage.level && (this.#runs.get(level)?.length ?? 0) === 0);
    if (skipped.length > 0) {
      const rates = skipped.map((level) => rateOf(levels[level]!.shape)).join(", ");
      notice(`left out, because the service cannot keep up with less: ${rates} requests/s`);
    }
  }

  async *#walk(): AsyncGenerator<Stage, void> {
    const { levels, budget, now, until } = this.rounds;
    const begun = now();
    for (let round = 0; this.#another(round); round++) {
      for (const level of levels.keys()) {
        if (!this.#open.has(level)) continue;
        const started = now();
        for (const stage of this.#stagesOf(level, round)) {
          yield stage;
          if (stage.phase === "measure") this.#note(stage);
        }
        const took = now() - started;
        if (until !== null && round + 1 >= LEAST_REPEATS && now() - begun + took > budget.seconds * 1000) {
          this.#tooLittle(until, `--budget ${budget.seconds} s is spent`);
          return;
        }
      }
    }
  }

  #another(round: number): boolean {
    const { repeat, until, budget } = this.rounds;
    if (this.#open.size === 0) return false;
    if (until === null) return round < repeat;
    if (round < Math.max(repeat, LEAST_REPEATS)) return true;
    for (const level of [...this.#open]) if (this.#precise(level, until)) this.#open.delete(level);
    if (this.#open.size === 0) return false;
    if (budget.repeats === null || round < budget.repeats) return true;
    this.#tooLittle(until, `${budget.repeats} repeats are done`);
    return false;
  }

  #precise(level: number, until: PrecisionRule): boolean {
    const interval = overRuns(this.#runs.get(level) ?? [], until);
    const width = interval === null ? null : relativeHalfWidth(interval);
    return width !== null && width < until.within;
  }

  #tooLittle(until: PrecisionRule, why: string): void {
    const wide = [...this.#open].filter((level) => !this.#precise(level, until)).map((level) => level + 1);
    if (wide.length > 0) this.rounds.notice(`${why}: ${until.text} does not hold yet at level ${wide.join(", ")}`);
  }

  #note(stage: Stage): void {
    if (this.rounds.until === null) return;
    const figures = this.rounds.read(stage);
    if (figures !== null) this.#runs.set(stage.level, [...(this.#runs.get(stage.level) ?? []), figures]);
  }

  #stagesOf(level: number, repeat: number): Stage[] {
    const { levels, warmup } = this.rounds;
    const stages = stagesOfLevel(levels[level]!, warmup, { index: this.#index, level, repeat });
    this.#index += stages.length;
    return stages;
  }

  #foresee(rounds: number): Stage[] {
    const stages: Stage[] = [];
    for (let repeat = 0; repeat < rounds; repeat++) {
      for (const [level, config] of this.rounds.levels.entries()) {
        stages.push(...stagesOfLevel(config, this.rounds.warmup, { index: stages.length, level, repeat }));
      }
    }
    return stages;
  }
}
