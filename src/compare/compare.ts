import type { FigureName } from "../config/plan.ts";
import { UserError } from "../config/user-error.ts";
import { figureOf, shortName, unitOf } from "../metrics/figure-name.ts";
import {
  COMPARISON_SCHEMA,
  type ComparedFigure,
  type ComparedLevel,
  type Comparison,
  type Scale,
} from "./comparison-model.ts";
import { comparisonNotes } from "./comparison-notes.ts";
import { configDifferences } from "./config-difference.ts";
import { differenceOf, type FigureOfSide } from "./difference.ts";
import { meanOf } from "./estimate.ts";
import { betterOf, comparedFigures, scaleOf } from "./figure-scale.ts";
import { type LevelOfRun, type MatchedLevel, matchLevels } from "./matched-levels.ts";
import type { Side } from "./side.ts";
import { type WithinRun, withinRun } from "./within-run.ts";

export interface CompareOptions {
  confidence: number;
  margin: Record<Scale, number>;
  /** null: the usual ones. */
  figures: FigureName[] | null;
}

/** 5% of the baseline, one point of a share. */
export const USUAL: CompareOptions = { confidence: 0.95, margin: { ratio: 0.05, points: 0.01 }, figures: null };

/**
 * Every side against the first one.
 * @throws UserError where the sides have no load in common
 */
export function compare(sides: Side[], options: CompareOptions): Comparison {
  const { levels, notes } = matchLevels(sides);
  if (levels.length === 0) throw new UserError("the runs have no load in common, so there is nothing to compare", 2);
  const compared = levels.map((level) => compareLevel(level, options));
  return {
    schema: COMPARISON_SCHEMA,
    sides: sides.map(({ label, runs }) => ({
      label,
      runs: runs.map(({ path, startTime, verdict }) => ({ path, startTime, verdict })),
    })),
    confidence: options.confidence,
    margin: options.margin,
    configuration: configDifferences(sides),
    levels: compared,
    notes: [...notes, ...comparisonNotes(sides, levels, compared, options.confidence)],
  };
}

function compareLevel(level: MatchedLevel, options: CompareOptions): ComparedLevel {
  const wanted = options.figures ?? comparedFigures(level.sides[0]![0]!.summary);
  const within = level.sides.map((runs) => lazily(() => withinOf(runs, wanted)));
  const figures = wanted.map((figure): ComparedFigure => {
    const own = level.sides.map((runs, side) => figureOfSide(runs, figure, within[side]!));
    const scale = scaleOf(figure.metric);
    const better = betterOf(figure);
    const rule = { scale, better, margin: options.margin[scale], confidence: options.confidence };
    const [baseline, ...others] = own as [FigureOfSide, ...FigureOfSide[]];
    return {
      figure: shortName(figure),
      unit: unitOf(figure),
      better,
      runs: own.map(({ values }) => values),
      values: own.map(({ values }) => meanIfAny(values.filter((value) => value !== null))),
      differences: others.map((other) => differenceOf(baseline, other, rule)),
    };
  });
  return { load: level.load, figures: figures.filter(({ values }) => values.some((value) => value !== null)) };
}

function figureOfSide(runs: LevelOfRun[], figure: FigureName, within: () => WithinRun): FigureOfSide {
  const counts = runs.map(({ summary: { requests } }) => requests);
  return {
    values: runs.map(({ summary }) => figureOf(summary, figure)),
    within: () => within().get(shortName(figure)) ?? null,
    count:
      figure.metric !== "success_rate"
        ? null
        : {
            part: counts.reduce((sum, { success }) => sum + success, 0),
            of: counts.reduce((sum, { offered, cancelled }) => sum + offered - (cancelled ?? 0), 0),
          },
  };
}

function withinOf(runs: LevelOfRun[], figures: FigureName[]): WithinRun {
  const [only] = runs as [LevelOfRun];
  return withinRun(only.run.path, only.summary, figures);
}

/** Reading a run's requests again is for where they are needed. */
function lazily<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function meanIfAny(values: number[]): number | null {
  return values.length === 0 ? null : meanOf(values);
}
