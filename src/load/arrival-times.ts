import { Prng } from "../tokens/prng.ts";
import type { RateCurve } from "./rate-curve.ts";

/** How the gaps between arrivals are spread around their mean. */
export type ArrivalPattern =
  | { kind: "constant" }
  | { kind: "poisson" }
  /** Below 1 arrivals come in bursts, above 1 more evenly; 1 is Poisson. */
  | { kind: "gamma"; shape: number };

/**
 * When arrivals are due, in seconds from the start, ascending and without end (or until the rate has fallen to nothing).
 * All of it follows from the seed: whoever draws it draws the same times, and lateness in sending never moves them.
 *
 * Gaps are drawn for a rate of one and then laid along the curve (time rescaling), so that a pattern keeps its shape
 * while the rate changes.
 */
export function* arrivalTimes(pattern: ArrivalPattern, curve: RateCurve, seed: number): Generator<number, void> {
  const random = new Prng(seed);
  let count = pattern.kind === "constant" ? 0 : gap(pattern, random);
  for (;;) {
    const time = curve.timeOf(count);
    if (!Number.isFinite(time)) return;
    yield time;
    count += gap(pattern, random);
  }
}

/** Of mean 1. */
function gap(pattern: ArrivalPattern, random: Prng): number {
  switch (pattern.kind) {
    case "constant":
      return 1;
    case "poisson":
      return -Math.log(fraction(random));
    case "gamma":
      return gamma(pattern.shape, random) / pattern.shape;
  }
}

/**
 * A gamma variate of scale 1. Method: Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; their
 * way down to shapes below 1 too.
 */
function gamma(shape: number, random: Prng): number {
  if (shape < 1) return gamma(shape + 1, random) * fraction(random) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(fraction(random)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Box and Muller, 1958. */
function normal(random: Prng): number {
  return Math.sqrt(-2 * Math.log(fraction(random))) * Math.cos(2 * Math.PI * fraction(random));
}

/** Between 0 and 1, neither included: its logarithm is taken. */
function fraction(random: Prng): number {
  return (random.uint32() + 0.5) / 2 ** 32;
}
