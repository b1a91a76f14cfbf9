/** Lengths of made prompts and of replies, in tokens. */

/** How one length is drawn; results are whole numbers from 1. */
export type LengthDistribution =
  | { kind: "fixed"; tokens: number }
  /** Each whole number from `low` to `high` is as likely. */
  | { kind: "uniform"; low: number; high: number }
  /** Mean and standard deviation of the length itself, for lognormal too; draws below 1 are drawn again. */
  | { kind: "normal"; mean: number; std: number }
  | { kind: "lognormal"; mean: number; std: number };

/** A prompt's and its reply's length, drawn together. */
export interface LengthPair {
  input: number;
  output: number;
  /** Its share is weight / sum of all weights. */
  weight: number;
}

/** What --input-len, --output-len and --lengths say. */
export type LengthPlan =
  | { kind: "apart"; input?: LengthDistribution; output?: LengthDistribution }
  | { kind: "pairs"; pairs: LengthPair[] };

/** A prompt's and a reply's length in tokens; absent: nobody said. */
export interface DrawnLengths {
  input?: number;
  output?: number;
}

/**
 * One draw of both lengths.
 * @param uniform gives a number from 0 up to but not including 1; how often it is asked depends on the plan
 */
export function drawLengths(plan: LengthPlan, uniform: () => number): DrawnLengths {
  if (plan.kind === "pairs") return pairOf(plan.pairs, uniform);
  const input = plan.input === undefined ? undefined : lengthOf(plan.input, uniform);
  const output = plan.output === undefined ? undefined : lengthOf(plan.output, uniform);
  return { ...(input !== undefined && { input }), ...(output !== undefined && { output }) };
}

function pairOf(pairs: LengthPair[], uniform: () => number): DrawnLengths {
  let left = uniform() * pairs.reduce((sum, { weight }) => sum + weight, 0);
  const drawn = pairs.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  const { input, output } = drawn ?? pairs.at(-1)!;
  return { input, output };
}

/** Further draws for a length below 1; then it is 1. */
const TRIES = 100;

function lengthOf(length: LengthDistribution, uniform: () => number): number {
  if (length.kind === "fixed") return length.tokens;
  if (length.kind === "uniform") return length.low + Math.floor(uniform() * (length.high - length.low + 1));
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const tokens = Math.round(length.kind === "normal" ? normal(length, uniform) : lognormal(length, uniform));
    if (tokens >= 1) return tokens;
  }
  return 1;
}

/** The Box-Muller transform. */
function normal({ mean, std }: { mean: number; std: number }, uniform: () => number): number {
  return mean + std * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** exp of a normal whose parameters give the length that mean and standard deviation. */
function lognormal({ mean, std }: { mean: number; std: number }, uniform: () => number): number {
  const variance = Math.log1p((std / mean) ** 2);
  return Math.exp(normal({ mean: Math.log(mean) - variance / 2, std: Math.sqrt(variance) }, uniform));
}
