import type { Goal, SearchConfig } from "../config/plan.ts";
import { byLoad, goalStep, type PointRun, standingOf } from "./search-judge.ts";
import type { LevelSummary, SearchSummary } from "./summary-model.ts";

/**
 * A search as its file tells it. The same rules that led it judge it here, so a report of last month's file says what
 * the search said.
 * @param runs each with its position in the summary's `levels`
 */
export function searchSummary(search: SearchConfig, runs: (PointRun & { position: number })[]): SearchSummary {
  const answers = search.goals.map((goal) => {
    const step = goalStep(goal, search, runs);
    const text = goalText(goal);
    if (step.kind === "done") return { goal: text, end: step.end, load: step.load, text: step.text };
    return { goal: text, end: "unfinished" as const, load: null, text: "the search did not come to its end" };
  });
  const points = [...byLoad(runs)]
    .sort(([a], [b]) => a - b)
    .map(([load, same]) => {
      const standings = search.goals.map((goal) => standingOf(goal, search, same));
      return {
        load,
        runs: same.map(({ position }) => position),
        votes: standings.map(({ vote }, i) => (search.goals[i]!.kind === "hold" ? vote : null)),
        settled: standings.every(({ settled }) => settled),
      };
    });
  return { by: search.by, answers, points };
}

function goalText(goal: Goal): string {
  return goal.kind === "hold" ? goal.objectives.map(({ text }) => text).join(", ") : goal.text;
}

/** The load that a level of a search ran at; null: it is no level of one. */
export function loadOfLevel({ parallel, rate }: Pick<LevelSummary, "parallel" | "rate">, by: SearchConfig["by"]) {
  return by === "rate" ? rate : parallel;
}
