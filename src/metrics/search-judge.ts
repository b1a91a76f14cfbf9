import type { FigureName, Goal, SearchConfig } from "../config/plan.ts";
import { nextBoundaryStep } from "../search/boundary.ts";
import { nextPeakStep } from "../search/peak.ts";
import { allTogether, majority, type Standing, type Vote } from "../search/standing.ts";
import { figureOf } from "./figure-name.ts";
import { holds, judgeObjective } from "./slo.ts";
import type { LevelSummary, SearchAnswer } from "./summary-model.ts";

/** One run of a load. */
export interface PointRun {
  load: number;
  level: LevelSummary;
  /** plumb's own machine shaped its figures. */
  limited: boolean;
  /** It ended early because requests piled up. */
  saturated: boolean;
}

/** What a goal makes of the runs so far: the load to run next, or how it ended. */
export type GoalStep =
  | { kind: "try"; load: number }
  | { kind: "done"; end: SearchAnswer["end"]; load: number | null; text: string };

/** Runs by load, in the order of time. */
export function byLoad<Run extends { load: number }>(runs: Run[]): Map<number, Run[]> {
  const loads = new Map<number, Run[]>();
  for (const run of runs) loads.set(run.load, [...(loads.get(run.load) ?? []), run]);
  return loads;
}

/** The next load that any goal needs, the goals one after the other; null: all have their answers. */
export function nextLoad(search: SearchConfig, runs: PointRun[]): number | null {
  for (const goal of search.goals) {
    const step = goalStep(goal, search, runs);
    if (step.kind === "try") return step.load;
  }
  return null;
}

export function goalStep(goal: Goal, search: SearchConfig, runs: PointRun[]): GoalStep {
  return goal.kind === "hold" ? holdStep(goal, search, runs) : peakStep(goal, search, runs);
}

/** What is thought of one load, for one goal. */
export function standingOf(goal: Goal, { judge, runs }: SearchConfig, same: PointRun[]): Standing {
  const votes = same.map((run) => voteOf(goal, run));
  return judge === "majority" ? majority(votes, runs) : allTogether(votes, runs, () => meanVote(goal, same));
}

function voteOf(goal: Goal, { level, limited, saturated }: PointRun): Vote {
  if (limited) return "client";
  if (goal.kind !== "hold") return level.requests.success_rate === 1 ? "holds" : "fails";
  const kept = !saturated && goal.objectives.every((objective) => judgeObjective(level, objective).met);
  return kept ? "holds" : "fails";
}

/** As evalscope decides: every request of every run succeeds, and the mean of each figure over the runs holds. */
function meanVote(goal: Goal, same: PointRun[]): Vote {
  if (same.some(({ level, saturated }) => saturated || level.requests.success_rate !== 1)) return "fails";
  if (goal.kind !== "hold") return "holds";
  const kept = goal.objectives.every((objective) => {
    const mean = meanFigure(objective, same);
    return mean !== null && holds(mean, objective.op, objective.limit);
  });
  return kept ? "holds" : "fails";
}

/** null: a run lacks it. */
function meanFigure(figure: FigureName, same: PointRun[]): number | null {
  const values = same.map(({ level }) => figureOf(level, figure)).filter((value) => value !== null);
  return values.length < same.length ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function loadText(load: number, by: SearchConfig["by"]): string {
  return by === "rate" ? `${Number(load.toPrecision(4))} requests/s` : `${load} at once`;
}

function holdStep(goal: Goal, search: SearchConfig, runs: PointRun[]): GoalStep {
  const tried = [...byLoad(runs)].map(([load, same]) => ({ load, standing: standingOf(goal, search, same) }));
  const step = nextBoundaryStep(search, tried);
  if (step.kind === "try") return step;
  const { boundary } = step;
  const say = (load: number) => loadText(load, search.by);
  switch (boundary.kind) {
    case "found": {
      const text = `holds up to ${say(boundary.load)}, no longer at ${say(boundary.fails)}`;
      return { kind: "done", end: "found", load: boundary.load, text };
    }
    case "none": {
      const text = `not even the lowest load holds: ${say(boundary.lowest)}`;
      return { kind: "done", end: "none_holds", load: null, text };
    }
    case "all": {
      const text = `holds up to the upper bound of the search: ${say(boundary.highest)}`;
      return { kind: "done", end: "all_hold", load: boundary.highest, text };
    }
    case "client": {
      const below = boundary.holds === null ? "nothing is known below" : `holds up to ${say(boundary.holds)}`;
      const text = `${below}; at ${say(boundary.load)} plumb's own machine is the limit, not the service`;
      return { kind: "done", end: "client_limited", load: boundary.holds, text };
    }
  }
}

function peakStep(goal: Exclude<Goal, { kind: "hold" }>, search: SearchConfig, runs: PointRun[]): GoalStep {
  const loads = [...byLoad(runs)].map(([load, same]) => ({ load, same, standing: standingOf(goal, search, same) }));
  const open = loads.find(({ standing }) => !standing.settled);
  if (open !== undefined) return { kind: "try", load: open.load };
  const scored = loads.map(({ load, same, standing }) => {
    const mean = standing.vote === "holds" ? meanFigure(goal, same) : null;
    return { load, score: mean === null ? null : goal.kind === "max" ? mean : -mean };
  });
  const client = loads.find(({ standing }) => standing.vote === "client");
  const step = client === undefined ? nextPeakStep(search, scored) : null;
  if (step?.kind === "try") return step;
  const peak = step?.peak ?? scored.filter(({ score }) => score !== null).toSorted((a, b) => b.score! - a.score!)[0];
  const say = (load: number) => loadText(load, search.by);
  const best = peak === undefined || peak === null ? null : `best at ${say(peak.load)}`;
  if (client !== undefined) {
    const text = `${best ?? "no load came into question"}; at ${say(client.load)} plumb's own machine is the limit`;
    return { kind: "done", end: "client_limited", load: peak?.load ?? null, text };
  }
  if (best === null)
    return { kind: "done", end: "none_holds", load: null, text: "at no load did every request succeed" };
  const edge = step?.peak?.edge ?? null;
  const bound = edge === null ? "" : `, the ${edge === "highest" ? "upper" : "lower"} bound of the search`;
  return { kind: "done", end: edge === "highest" ? "all_hold" : "found", load: peak!.load, text: best + bound };
}
