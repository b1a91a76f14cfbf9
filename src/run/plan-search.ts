import type { Goal, SearchConfig } from "../config/plan.ts";
import type { LevelConfig, WarmupConfig } from "../config/run-config.ts";
import { type Stage, stagesOfLevel } from "../load/stages.ts";
import { loadText, nextLoad, type PointRun, standingOf } from "../metrics/search-judge.ts";
import { judgeObjective, measuredText } from "../metrics/slo.ts";
import type { RunPlan } from "./plan.ts";

export interface Search {
  config: SearchConfig;
  /** What a load is a level of: everything but its size. */
  level: LevelConfig;
  warmup: WarmupConfig;
  /** A load's run that has ended. */
  read(stage: Stage, load: number): PointRun | null;
  notice(line: string): void;
}

/** Each load is a level, each of its runs a repeat; what comes next depends on what they came to. */
export class SearchPlan implements RunPlan {
  readonly #stages: AsyncGenerator<Stage, void>;

  constructor(readonly search: Search) {
    this.#stages = this.#walk();
  }

  async next(): Promise<Stage | null> {
    const { value, done } = await this.#stages.next();
    return done === true || value === undefined ? null : value;
  }

  /** The record says so, and the vote is read from there. */
  saturated(): void {}

  async *#walk(): AsyncGenerator<Stage, void> {
    const { config, level, warmup, read, notice } = this.search;
    const loads: number[] = [];
    const runs: PointRun[] = [];
    let index = 0;
    for (let load = nextLoad(config, runs); load !== null; load = nextLoad(config, runs)) {
      if (!loads.includes(load)) loads.push(load);
      const repeat = runs.filter((run) => run.load === load).length;
      const stages = stagesOfLevel(levelAt(load, config, level), warmup, { index, level: loads.indexOf(load), repeat });
      index += stages.length;
      yield* stages;
      const run = read(stages.at(-1)!, load);
      // Without a row to judge, the same load would be asked for again, and again.
      if (run === null) return;
      runs.push(run);
      notice(runText(config, runs, run));
    }
  }
}

function levelAt(load: number, { by, number, durationS }: SearchConfig, level: LevelConfig): LevelConfig {
  const count =
    number === null ? null : "count" in number ? number.count : Math.max(number.least, Math.round(number.times * load));
  const same = { ...level, number: count, durationS };
  if (by === "parallel") return { ...same, parallel: load };
  if (level.shape.kind !== "rate") throw new Error("a search by rate has a level with a rate");
  return { ...same, shape: { ...level.shape, course: [{ from: load, to: load, overS: null }] } };
}

/** "16 at once, run 2: holds (ttft_p99<500ms: 212 ms)" */
function runText(config: SearchConfig, runs: PointRun[], run: PointRun): string {
  const same = runs.filter(({ load }) => load === run.load);
  const votes = config.goals.map((goal) => voteText(goal, config, same));
  return `${loadText(run.load, config.by)}, run ${same.length}: ${votes.join("; ")}`;
}

const VOTES = { holds: "holds", fails: "does not hold", client: "the client is the limit", unknown: "not yet clear" };

function voteText(goal: Goal, config: SearchConfig, same: PointRun[]): string {
  const said = VOTES[standingOf(goal, config, same).vote];
  if (goal.kind !== "hold") return `${goal.text}: ${said === "holds" ? "measured" : said}`;
  const { level, saturated, limited } = same.at(-1)!;
  if (saturated) return `${said} (requests pile up)`;
  if (limited) return `${said} (this run: the client is the limit)`;
  const values = goal.objectives.map((objective) => {
    const judged = judgeObjective(level, objective);
    return `${judged.text}: ${measuredText(judged, objective)}`;
  });
  return `${said} (${values.join(", ")})`;
}
