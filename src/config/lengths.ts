import type { LengthDistribution, LengthPair, LengthPlan } from "../contract/lengths.ts";
import type { Mistakes } from "./mistakes.ts";
import type { RunOptions } from "./run-options.ts";
import { UserError } from "./user-error.ts";

const NUMBER = "(\\d+(?:\\.\\d+)?)";
const SPREAD = new RegExp(`^(normal|lognormal):${NUMBER},${NUMBER}$`, "i");
const PAIR = new RegExp(`^(\\d+),(\\d+)(?::${NUMBER})?$`);

/**
 * `512`, `100-900`, `normal:512,100` or `lognormal:512,300` (mean and standard deviation of the length itself).
 * @throws UserError without the flag's name
 */
export function parseLength(text: string): LengthDistribution {
  const spread = SPREAD.exec(text);
  if (spread !== null) {
    const [mean, std] = [Number(spread[2]), Number(spread[3])];
    if (mean < 1) throw new UserError(`"${text}": the mean is below 1 token`, 2);
    return { kind: spread[1]!.toLowerCase() as "normal" | "lognormal", mean, std };
  }
  const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (from === undefined) {
    throw new UserError(`"${text}" is no length: give N, FROM-TO, normal:MEAN,STD or lognormal:MEAN,STD`, 2);
  }
  const [low, high] = [Number(from), Number(to ?? from)];
  if (low < 1) throw new UserError(`"${text}": a length is at least 1 token`, 2);
  if (high < low) throw new UserError(`"${text}": a range goes from low to high`, 2);
  return to === undefined ? { kind: "fixed", tokens: low } : { kind: "uniform", low, high };
}

/**
 * `128,64:25;512,128:75`: input and output tokens and their weight, 1 where none is given.
 * @throws UserError without the flag's name
 */
export function parseLengthPairs(text: string): LengthPair[] {
  return text
    .split(";")
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [, input, output, weight = "1"] = PAIR.exec(part.replaceAll(" ", "")) ?? [];
      const pair = { input: Number(input), output: Number(output), weight: Number(weight) };
      if (pair.input >= 1 && pair.output >= 1 && pair.weight > 0) return pair;
      throw new UserError(`"${part}" is not INPUT,OUTPUT:WEIGHT, such as 512,128:75`, 2);
    });
}

/** The value of --input-len: lengths of prompts, or of prompts and replies together. @throws UserError */
export function parseInputLengths(text: string): LengthPlan {
  if (SPREAD.test(text) || !/[,;]/.test(text)) return { kind: "apart", input: parseLength(text) };
  return { kind: "pairs", pairs: parseLengthPairs(text) };
}

/** How the options want lengths to be drawn; undefined: they say nothing of them. */
export function findLengths(options: RunOptions, mistakes: Mistakes): LengthPlan | undefined {
  const { inputLen, outputLen, lengths } = options;
  const pairs = lengths ?? (inputLen?.kind === "pairs" ? inputLen.pairs : undefined);
  if (pairs !== undefined) {
    if (pairs.length === 0) mistakes.add("--lengths is empty: give INPUT,OUTPUT:WEIGHT, several parted by ;");
    if (outputLen !== undefined) mistakes.add("--output-len: the pairs of lengths have those of replies in them");
    if (lengths !== undefined && inputLen !== undefined) mistakes.add("--lengths and --input-len: give one of them");
    return { kind: "pairs", pairs };
  }
  if (inputLen === undefined && outputLen === undefined) return undefined;
  const input = inputLen?.kind === "apart" ? inputLen.input : undefined;
  return {
    kind: "apart",
    ...(input !== undefined && { input }),
    ...(outputLen !== undefined && { output: outputLen }),
  };
}

/** The prompts' length where it is a single number. */
export function fixedInput(plan: LengthPlan | undefined): number | undefined {
  return plan?.kind === "apart" && plan.input?.kind === "fixed" ? plan.input.tokens : undefined;
}
