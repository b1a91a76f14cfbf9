import type { FigureName } from "../config/plan.ts";
import { UserError } from "../config/user-error.ts";
import type { Language } from "../report/language.ts";
import { COMPARE_FLAGS, COMPARISON_JSON_FLAG, FIGURES_FLAG } from "./compare-flags.ts";
import { asDuration, single } from "./flag-kinds.ts";
import { readFlags } from "./flags.ts";
import { LANGUAGE_FLAG } from "./language-flag.ts";
import { splitArguments } from "./split-arguments.ts";

const USUAL_BUDGET_S = 1200;
/** A block's share of the budget, and its bounds in seconds: enough blocks to tell, each long enough to mean something. */
const BLOCKS = 24;
const BLOCK_S = { least: 2, most: 30 };

/** The flags of ab beside those of run. */
export const AB_FLAGS = {
  budget: single(asDuration({ min: 1 }), {
    help: "Longest time, both services together (default: 20m)",
    hint: "TIME",
    default: USUAL_BUDGET_S,
  }),
  ...COMPARE_FLAGS,
  ...FIGURES_FLAG,
  ...COMPARISON_JSON_FLAG,
  ...LANGUAGE_FLAG,
};

export interface AbCommand {
  budgetS: number;
  confidence: number;
  margin: number;
  figures: FigureName[] | undefined;
  json: boolean;
  /** undefined: the locale's. */
  lang: Language | undefined;
  /** Arguments of `plumb run`, of a block of A and of B. */
  runArgs: [string[], string[]];
}

/**
 * `URL1 URL2`, ab's own flags, and whatever else `plumb run` knows.
 * @throws UserError (exit 2)
 */
export function readAbArguments(rawArgs: string[]): AbCommand {
  const { leading, flags, trailing } = splitArguments(rawArgs, () => false);
  const [a, b, ...more] = leading;
  if (a === undefined || b === undefined || more.length > 0) {
    throw new UserError("ab: name two services first, then flags: plumb ab URL1 URL2 --budget 20m --parallel 8", 2);
  }
  if (flags.some(({ name }) => name === "url")) throw new UserError("ab: the services stand first, without --url", 2);
  const isOwn = (name: string) => Object.hasOwn(AB_FLAGS, name);
  const textsOf = (own: boolean) =>
    flags
      .filter(({ name }) => isOwn(name) === own)
      .flatMap(({ written, inline, following }) =>
        inline === null ? [written, ...following] : [`${written}=${inline}`, ...following],
      );
  const { values } = readFlags(textsOf(true), AB_FLAGS, { positionals: 0 });
  const bounded = flags.some(({ name }) => name === "duration" || name === "number" || name === "n");
  const blockS = Math.min(BLOCK_S.most, Math.max(BLOCK_S.least, values.budget / BLOCKS));
  const shared = [...textsOf(false), ...(bounded ? [] : ["--duration", String(blockS)])];
  const rest = trailing.length === 0 ? [] : ["--", ...trailing];
  const { budget: budgetS, confidence, margin, figures, json, lang } = values;
  return {
    ...{ budgetS, confidence, margin, figures, json, lang },
    runArgs: [
      ["--url", a, ...shared, ...rest],
      ["--url", b, ...shared, ...rest],
    ],
  };
}
