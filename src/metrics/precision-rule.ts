import type { PrecisionRule } from "../config/plan.ts";
import { UserError } from "../config/user-error.ts";
import { readFigureName } from "./figure-name.ts";

/**
 * `ttft_p99 ci<5%`: repeat until half the 95% interval is below 5% of the mean.
 * @throws UserError
 */
export function readPrecisionRule(text: string): PrecisionRule {
  const [, name, percent] = /^(.+?)\s+ci\s*<=?\s*(\d+\.?\d*|\.\d+)%$/i.exec(text.trim()) ?? [];
  if (name === undefined || percent === undefined) {
    throw new UserError(`"${text}" is no rule: write a figure and how exact it is to be: ttft_p99 ci<5%`, 2);
  }
  const within = Number(percent) / 100;
  if (within <= 0) throw new UserError(`"${text}": no number of repeats makes it exact: give more than 0%`, 2);
  return { text, ...readFigureName(name), within };
}
