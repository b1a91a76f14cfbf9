import { defineCommand } from "citty";
import { compare, USUAL } from "../compare/compare.ts";
import { distributionCurves } from "../compare/distribution-curves.ts";
import { readSide } from "../compare/side.ts";
import { UserError } from "../config/user-error.ts";
import { comparisonHtml } from "../report/comparison-html.ts";
import { printableJson } from "../report/printable.ts";
import { renderComparison } from "../report/render-comparison.ts";
import { COMPARE_FLAGS, COMPARISON_JSON_FLAG, FIGURES_FLAG } from "./compare-flags.ts";
import { asText, single } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { LANGUAGE_FLAG, readersLanguage } from "./language-flag.ts";
import { printResult } from "./print-result.ts";
import { textOptions } from "./text-options.ts";
import { writeAsked } from "./written-file.ts";

const FLAGS = {
  ...COMPARE_FLAGS,
  ...FIGURES_FLAG,
  ...COMPARISON_JSON_FLAG,
  ...LANGUAGE_FLAG,
  html: single(asText, { help: "Write a page with tables and overlaid curves", hint: "FILE" }),
};
/** As many as have a letter for a label. */
const MOST_SIDES = 26;

export default defineCommand({
  meta: {
    name: "compare",
    description: "Hold runs against each other: what differs, and whether it is more than noise",
  },
  args: {
    runs: {
      type: "positional",
      required: false,
      description: "the baseline, then what is held against it; each one run, or FOLDER,FOLDER or LABEL=FOLDER,FOLDER",
    },
    ...helpArgs(FLAGS),
  },
  async run({ rawArgs }) {
    const { values, positionals } = readFlags(rawArgs, FLAGS, { positionals: MOST_SIDES });
    if (positionals.length < 2) {
      throw new UserError("compare: name two runs or more, such as plumb compare outputs/A outputs/B", 2);
    }
    const sides = positionals.map((text, i) => readSide(text, String.fromCharCode(65 + i)));
    const comparison = compare(sides, {
      confidence: values.confidence,
      margin: { ...USUAL.margin, ratio: values.margin },
      figures: values.figures ?? null,
    });
    if (values.html !== undefined) {
      writeAsked(
        "--html",
        values.html,
        comparisonHtml(comparison, distributionCurves(sides), readersLanguage(values.lang)),
      );
    }
    await printResult([
      values.json ? `${printableJson(comparison, 2)}\n` : renderComparison(comparison, textOptions(values.lang)),
    ]);
  },
});
