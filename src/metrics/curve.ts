import type { PlanConfig } from "../config/plan.ts";
import { kneeOf } from "./knee.ts";
import { paretoFront } from "./pareto.ts";
import { byLevel, overRuns } from "./repeats.ts";
import type { Curve, CurvePoint, LevelSummary } from "./summary-model.ts";

const HOUR_S = 3600;

/** Above this share of the best throughput another level is no less. */
const AS_GOOD = 0.98;
/** Below this share of a rate that was asked for the service may not have kept up. */
const KEEPS_UP = 0.9;

/** What the levels of a ladder say together; null: there is one level at the most. */
export function curveOf(levels: LevelSummary[], plan: Pick<PlanConfig, "gpus" | "gpuHourCost">): Curve | null {
  const points = withFront(byLevel(levels).map((runs) => pointOf(runs, plan)));
  if (points.length < 2) return null;
  const usable = points.filter((point) => throughputOf(point) !== null && point.latency_ms !== null);
  const knee = kneeOf(usable.map((point) => ({ throughput: throughputOf(point)!, latency: point.latency_ms! })));
  const curve = {
    points,
    best_throughput: bestLevel(usable, (point) => throughputOf(point)!),
    best_latency: bestLevel(usable, (point) => -point.latency_ms!),
    knee: knee === null ? null : { level: usable[knee.index]!.level, place: knee.place },
  };
  const saturated = new Set(levels.filter(({ end_reason }) => (end_reason ?? null) !== null).map(({ level }) => level));
  return { ...curve, advice: adviceOf(curve, usable, saturated) };
}

function pointOf(runs: LevelSummary[], { gpus, gpuHourCost }: Pick<PlanConfig, "gpus" | "gpuHourCost">): CurvePoint {
  const { level, parallel, rate, course } = runs[0]!;
  const mean = (metric: string, stat: "mean" | "p50" | null) => overRuns(runs, { metric, stat })?.mean ?? null;
  const tokens = mean("output_tokens_per_s", null);
  const tpot = mean("tpot_ms", "p50");
  return {
    level,
    parallel,
    rate,
    ...(course !== undefined && { course }),
    requests_per_s: mean("requests_per_s", null),
    output_tokens_per_s: tokens,
    ttft_ms: mean("ttft_ms", "mean"),
    latency_ms: mean("latency_ms", "mean"),
    tokens_per_s_per_user: tpot === null || tpot === 0 ? null : 1000 / tpot,
    tokens_per_s_per_gpu: tokens === null || gpus === null ? null : tokens / gpus,
    tokens_per_dollar: tokens === null || gpuHourCost === null ? null : (tokens * HOUR_S) / (gpuHourCost * (gpus ?? 1)),
    pareto: null,
  };
}

/** GPUs and dollars are the same for all levels of a run, so the front is the same by any of the three. */
function withFront(points: CurvePoint[]): CurvePoint[] {
  const offers = points.flatMap((point) => {
    const { tokens_per_s_per_user: user, output_tokens_per_s: system } = point;
    return user === null || system === null ? [] : [{ point, user, system }];
  });
  const front = paretoFront(offers);
  const places = new Map(offers.map(({ point }, i) => [point, front[i]!]));
  return points.map((point) => ({ ...point, pareto: places.get(point) ?? null }));
}

/** Tokens where replies have some, else requests. */
function throughputOf({ output_tokens_per_s, requests_per_s }: CurvePoint): number | null {
  return output_tokens_per_s ?? requests_per_s;
}

function bestLevel(points: CurvePoint[], goodness: (point: CurvePoint) => number): number | null {
  let best: CurvePoint | null = null;
  for (const point of points) if (best === null || goodness(point) > goodness(best)) best = point;
  return best?.level ?? null;
}

/** One sentence, where the levels bear it out. */
function adviceOf(
  { knee, best_throughput }: Omit<Curve, "advice">,
  usable: CurvePoint[],
  saturated: ReadonlySet<number>,
): string | null {
  const tooMuch = usable.find(({ level }) => saturated.has(level));
  if (tooMuch !== undefined) return `the service cannot keep up with ${loadOf(tooMuch)}`;
  const last = usable.at(-1);
  if (last === undefined || usable.length < 2) return null;
  const best = usable.find(({ level }) => level === best_throughput)!;
  const enough = usable.find((point) => throughputOf(point)! >= AS_GOOD * throughputOf(best)!)!;
  if (knee?.place === "inside") {
    const at = usable.find(({ level }) => level === knee.level)!;
    return `the knee is at ${loadOf(at)}: beyond it throughput costs more in latency than it gains`;
  }
  if (enough === last && isBehind(last)) return null;
  if (enough === last) return `not yet saturated at ${loadOf(last)}: higher levels may give more throughput`;
  return `no more throughput beyond ${loadOf(enough)}: higher levels only wait longer`;
}

/** A rate that was asked for and not done, though it may be the level's own shortness: neither is advice. */
function isBehind({ rate, requests_per_s }: CurvePoint): boolean {
  return rate !== null && (requests_per_s ?? 0) < KEEPS_UP * rate;
}

function loadOf({ parallel, rate, course }: CurvePoint): string {
  return rate !== null ? `${course ?? rate} requests/s` : `${parallel ?? "?"} at once`;
}
