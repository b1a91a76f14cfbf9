import { USUAL } from "../compare/compare.ts";
import { UserError } from "../config/user-error.ts";
import { readFigureName } from "../metrics/figure-name.ts";
import { several, single, toggle } from "./flag-kinds.ts";

/** A share of `5%` or `0.05`, above 0 and below 1. */
function asShare(text: string): number {
  const [, amount, percent] = /^(\d+\.?\d*|\.\d+)(%?)$/.exec(text.trim()) ?? [];
  const share = Number(amount) * (percent === "%" ? 0.01 : 1);
  if (!(share > 0 && share < 1)) throw new UserError(`"${text}" is no share between 0% and 100%: write 5%`, 2);
  return share;
}

export const CONFIDENCE_FLAG = {
  confidence: single(asShare, {
    help: "Probability that an interval holds the truth",
    hint: "SHARE",
    default: USUAL.confidence,
  }),
};

/** What compare and ab share. */
export const COMPARE_FLAGS = {
  margin: single(asShare, {
    help: "A smaller change is no difference",
    hint: "SHARE",
    default: USUAL.margin.ratio,
  }),
  ...CONFIDENCE_FLAG,
};

export const FIGURES_FLAG = {
  figures: several(readFigureName, { help: "Which figures: ttft_p99,latency_mean", hint: "FIGURE...", commas: true }),
};

export const COMPARISON_JSON_FLAG = { json: toggle({ help: "Print the comparison as JSON", default: false }) };
