import { readSeries } from "../metrics/series.ts";
import { HISTOGRAM_KEYS, type HistogramKey, type PackedCounts } from "../metrics/series-model.ts";
import { openRun } from "../record/reader.ts";
import { matchLevels } from "./matched-levels.ts";
import type { Side } from "./side.ts";

/** Share of requests, 0 to 1, that took so many milliseconds or less; ascending. */
export type Curve = { ms: number; share: number }[];

/** One figure at one load: a curve a side. */
export interface OverlaidCurves {
  load: string;
  figure: HistogramKey;
  curves: Curve[];
}

/** What requests took on each side, its runs together; figures that no side has are left out. */
export function distributionCurves(sides: Side[]): OverlaidCurves[] {
  const counts = new Map(sides.flatMap(({ runs }) => runs.map(({ path }) => [path, histogramsOf(path)] as const)));
  return matchLevels(sides).levels.flatMap(({ load, sides: own }) =>
    HISTOGRAM_KEYS.flatMap((figure): OverlaidCurves[] => {
      const curves = own.map((runs) =>
        curveOf(
          runs.flatMap(({ run, summary: { level, repeat } }) => {
            const found = counts.get(run.path)?.find((one) => one.level === level && one.repeat === repeat);
            return found?.histograms[figure] ?? [];
          }),
        ),
      );
      return curves.every(({ length }) => length === 0) ? [] : [{ load, figure, curves }];
    }),
  );
}

function histogramsOf(path: string) {
  using reader = openRun(path);
  return readSeries(reader).levels;
}

function curveOf(all: PackedCounts[]): Curve {
  const buckets = all.flatMap(({ perDecade, first, counts }) =>
    counts.map((count, i) => ({ ms: 10 ** ((first + i + 1) / perDecade), count })),
  );
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  return buckets
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.ms - b.ms)
    .map(({ ms, count }) => {
      below += count;
      return { ms, share: below / total };
    });
}
