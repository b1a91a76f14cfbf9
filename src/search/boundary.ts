import { between, firstLoad, half, type LoadRange, twice } from "./range.ts";
import type { TriedLoad } from "./standing.ts";

/** How a search for the largest load that holds has ended. */
export type Boundary =
  /** `fails`: the lowest load above it that does not hold. */
  | { kind: "found"; load: number; fails: number }
  /** Not even the lowest load that may be tried holds. */
  | { kind: "none"; lowest: number }
  /** The highest that may be tried holds. */
  | { kind: "all"; highest: number }
  /** At `load` plumb's own machine is the limit; `holds` is the largest below it that holds, null: none was found. */
  | { kind: "client"; load: number; holds: number | null };

export type BoundaryStep = { kind: "try"; load: number } | { kind: "done"; boundary: Boundary };

const attempt = (load: number): BoundaryStep => ({ kind: "try", load });
const done = (boundary: Boundary): BoundaryStep => ({ kind: "done", boundary });

/**
 * What to try next, from what has been tried: doubling (or halving) until the boundary lies between two loads, then
 * halving the distance, and once the two are neighbours running both until they are settled. A lone vote steers, only
 * settled loads end the search; where one is overturned the search goes on from what still stands. Where loads
 * contradict each other the lowest failure counts: the answer is a load below which everything tried has held.
 *
 * It ends, for a load lies never nearer to another than the precision, and each has a bounded number of runs.
 */
export function nextBoundaryStep(range: LoadRange, tried: TriedLoad[]): BoundaryStep {
  const ascending = tried.toSorted((a, b) => a.load - b.load);
  const open = ascending.find(({ standing }) => standing.vote === "unknown");
  const fails = ascending.find(({ standing }) => standing.vote === "fails") ?? null;
  // What is above a failure does not matter any more.
  if (open !== undefined && (fails === null || open.load < fails.load)) return attempt(open.load);
  const below = ascending.filter(({ load }) => fails === null || load < fails.load);
  const client = below.find(({ standing }) => standing.vote === "client") ?? null;
  const holds = below.findLast(({ standing, load }) => standing.vote === "holds" && load < (client?.load ?? Infinity));
  if (client !== null) {
    if (holds !== undefined && !holds.standing.settled) return attempt(holds.load);
    return done({ kind: "client", load: client.load, holds: holds?.load ?? null });
  }
  if (holds === undefined) return fails === null ? attempt(firstLoad(range)) : downwards(range, fails);
  return fails === null ? upwards(range, holds) : inside(range, holds, fails);
}

function downwards(range: LoadRange, fails: TriedLoad): BoundaryStep {
  if (fails.load > range.lowest) return attempt(half(fails.load, range));
  return fails.standing.settled ? done({ kind: "none", lowest: fails.load }) : attempt(fails.load);
}

function upwards(range: LoadRange, holds: TriedLoad): BoundaryStep {
  if (holds.load < range.highest) return attempt(twice(holds.load, range));
  return holds.standing.settled ? done({ kind: "all", highest: holds.load }) : attempt(holds.load);
}

function inside(range: LoadRange, holds: TriedLoad, fails: TriedLoad): BoundaryStep {
  const middle = between(holds.load, fails.load, range);
  if (middle !== null) return attempt(middle);
  if (!holds.standing.settled) return attempt(holds.load);
  if (!fails.standing.settled) return attempt(fails.load);
  return done({ kind: "found", load: holds.load, fails: fails.load });
}
