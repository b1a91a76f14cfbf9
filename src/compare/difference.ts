import { answerOf } from "./answer.ts";
import type { Basis, Difference, Interval, Scale } from "./comparison-model.ts";
import {
  againstSpread,
  detectableBy,
  type Estimate,
  estimateOf,
  intervalOf,
  meanOf,
  offScale,
  onScale,
  welch,
} from "./estimate.ts";
import { type Count, shareDifference } from "./share-interval.ts";

/** One figure of one side. */
export interface FigureOfSide {
  /** One a run; null: the run has no such figure. */
  values: (number | null)[];
  /** What a single run says of its own spread; null: too little. Asked for only where there is one run a side. */
  within: () => Estimate | null;
  /** Of a success rate: what it counts. */
  count: Count | null;
}

export interface DifferenceRule {
  scale: Scale;
  better: "lower" | "higher";
  margin: number;
  confidence: number;
}

interface Spread {
  estimate: Estimate;
  basis: Basis;
}

const TOO_LITTLE = "too little to know the spread: repeat it";

/** One side's figure against the baseline's. */
export function differenceOf(a: FigureOfSide, b: FigureOfSide, rule: DifferenceRule): Difference {
  const [before, after] = [a, b].map(({ values }) => values.filter((value) => value !== null)) as [number[], number[]];
  const missing = before.length === 0 || after.length === 0;
  if (missing) return { ...none(rule.scale, null, null), reason: "not measured on both sides" };
  const [from, to] = [meanOf(before), meanOf(after)];
  const plain = none(rule.scale, to - from, from === 0 ? null : to / from);
  if (before.concat(after).some((value) => onScale(value, rule.scale) === null)) {
    return { ...plain, reason: "no ratio of a figure that is 0" };
  }
  const spread = spreadOf(a, b, before, after, rule.scale);
  if (spread === null) return { ...plain, reason: TOO_LITTLE };
  return { ...plain, ...judged(spread, a.count, b.count, rule) };
}

/** Of pairs of blocks that stand next to each other: what moves both sides alike falls out. */
export function pairedDifference(pairs: { a: number; b: number }[], rule: DifferenceRule): Difference {
  if (pairs.length === 0) return { ...none(rule.scale, null, null), reason: "not measured on both sides" };
  const [from, to] = [meanOf(pairs.map(({ a }) => a)), meanOf(pairs.map(({ b }) => b))];
  const plain = none(rule.scale, to - from, from === 0 ? null : to / from);
  const steps = pairs.flatMap(({ a, b }) => {
    const [p, q] = [onScale(a, rule.scale), onScale(b, rule.scale)];
    return p === null || q === null ? [] : [q - p];
  });
  if (steps.length < pairs.length) return { ...plain, reason: "no ratio of a figure that is 0" };
  const estimate = estimateOf(steps);
  if (estimate === null) return { ...plain, reason: "one pair has no spread" };
  return { ...plain, ...judged({ estimate, basis: "pairs" }, null, null, rule) };
}

function spreadOf(a: FigureOfSide, b: FigureOfSide, before: number[], after: number[], scale: Scale): Spread | null {
  const [x, y] = [before, after].map((values) => values.map((value) => onScale(value, scale)!)) as [number[], number[]];
  if (x.length > 1 && y.length > 1) return { estimate: welch(estimateOf(x)!, estimateOf(y)!), basis: "runs" };
  if (x.length > 1) return { estimate: againstSpread(x, y[0]!, 1)!, basis: "one-side" };
  if (y.length > 1) return { estimate: againstSpread(y, x[0]!, -1)!, basis: "one-side" };
  const [own, other] = [a.within(), b.within()];
  return own === null || other === null ? null : { estimate: welch(own, other), basis: "within-run" };
}

function judged({ estimate, basis }: Spread, a: Count | null, b: Count | null, rule: DifferenceRule) {
  const { scale, margin, better, confidence } = rule;
  const raw = intervalOf(estimate, confidence);
  const own: Interval = { low: offScale(raw.low, scale), high: offScale(raw.high, scale) };
  const counted = a === null || b === null ? null : shareDifference(a, b, confidence);
  // Runs in which nothing fails have no spread, and yet do not prove that nothing ever will.
  const interval =
    counted === null ? own : { low: Math.min(own.low, counted.low), high: Math.max(own.high, counted.high) };
  const told = Math.abs(offScale(detectableBy(estimate, confidence), scale));
  const detectable = counted === null ? told : Math.max(told, (interval.high - interval.low) / 2);
  return { interval, basis, answer: answerOf(interval, margin, better), detectable };
}

function none(scale: Scale, difference: number | null, ratio: number | null): Difference {
  return {
    difference,
    ratio,
    scale,
    interval: null,
    basis: null,
    answer: "inconclusive",
    detectable: null,
    reason: null,
  };
}
