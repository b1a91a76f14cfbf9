import { between, firstLoad, half, type LoadRange, twice } from "./range.ts";

/** A load with all its runs, and how good it is; null: it is out of the question. */
export interface ScoredLoad {
  load: number;
  /** More is better. */
  score: number | null;
}

/** `edge`: the best load is one at which the search had to stop. null: no load came into question. */
export type Peak = { load: number; score: number; edge: "lowest" | "highest" | null } | null;

export type PeakStep = { kind: "try"; load: number } | { kind: "done"; peak: Peak };

/**
 * The load with the best score, for a score that rises and then falls: doubling or halving while that is better, then
 * halving the wider of the two gaps beside the best until its neighbours are near. The best that was seen is the answer,
 * so a score with several peaks costs time and not truth.
 */
export function nextPeakStep(range: LoadRange, tried: ScoredLoad[]): PeakStep {
  if (tried.length === 0) return { kind: "try", load: firstLoad(range) };
  const ascending = tried.toSorted((a, b) => a.load - b.load);
  const best = bestOf(ascending);
  if (best === null) {
    // Lower loads are the ones that may still succeed.
    const lowest = ascending[0]!.load;
    return lowest > range.lowest ? { kind: "try", load: half(lowest, range) } : { kind: "done", peak: null };
  }
  const place = ascending.findIndex(({ load }) => load === best.load);
  const below = ascending[place - 1]?.load ?? null;
  const above = ascending[place + 1]?.load ?? null;
  if (above === null && best.load < range.highest) return { kind: "try", load: twice(best.load, range) };
  if (below === null && best.load > range.lowest) return { kind: "try", load: half(best.load, range) };
  const wider = (below === null ? 0 : best.load / below) > (above === null ? 0 : above / best.load);
  const lower = below === null ? null : between(below, best.load, range);
  const upper = above === null ? null : between(best.load, above, range);
  const next = wider ? (lower ?? upper) : (upper ?? lower);
  if (next !== null) return { kind: "try", load: next };
  return { kind: "done", peak: { ...best, edge: above === null ? "highest" : below === null ? "lowest" : null } };
}

function bestOf(tried: ScoredLoad[]): { load: number; score: number } | null {
  let best: { load: number; score: number } | null = null;
  for (const { load, score } of tried) {
    if (score !== null && (best === null || score > best.score)) best = { load, score };
  }
  return best;
}
