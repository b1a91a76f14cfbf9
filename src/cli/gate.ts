import { defineCommand } from "citty";
import { gate } from "../compare/gate.ts";
import { readGateRule } from "../compare/gate-rule.ts";
import { readSide, type Side } from "../compare/side.ts";
import { UserError } from "../config/user-error.ts";
import { gateJunit } from "../report/gate-junit.ts";
import { gateMarkdown } from "../report/gate-markdown.ts";
import { printableJson } from "../report/printable.ts";
import { renderGate } from "../report/render-gate.ts";
import { CONFIDENCE_FLAG } from "./compare-flags.ts";
import { asChoice, asText, several, single, toggle } from "./flag-kinds.ts";
import { helpArgs, readFlags } from "./flags.ts";
import { LANGUAGE_FLAG } from "./language-flag.ts";
import { printResult } from "./print-result.ts";
import { textOptions } from "./text-options.ts";
import { writeAsked } from "./written-file.ts";

const FLAGS = {
  baseline: several(asText, {
    help: "Runs to compare with",
    hint: "RUN...",
    commas: false,
    default: [] as string[],
  }),
  failIf: several(readGateRule, {
    help: "What fails: a change ('ttft_p99>+10%') or a limit ('success_rate<99.9%')",
    hint: "RULE...",
    commas: true,
  }),
  inconclusive: single(asChoice(["pass", "fail"]), {
    help: "What to make of a rule that the runs are too few or too noisy for",
    hint: "pass|fail",
    default: "pass",
  }),
  ...CONFIDENCE_FLAG,
  junit: single(asText, { help: "Write JUnit XML", hint: "FILE" }),
  markdown: single(asText, { help: "Write a summary for a pull request", hint: "FILE" }),
  json: toggle({ help: "Print the result as JSON", default: false }),
  ...LANGUAGE_FLAG,
};
const MOST_RUNS = 1000;

export default defineCommand({
  meta: { name: "gate", description: "Fail (exit 1) where runs break a limit or are worse than a baseline" },
  args: {
    runs: { type: "positional", required: false, description: "the runs to judge: folders or database files" },
    ...helpArgs(FLAGS),
  },
  async run({ rawArgs }) {
    const { values, positionals } = readFlags(rawArgs, FLAGS, { positionals: MOST_RUNS });
    const { failIf, baseline, inconclusive } = values;
    if (positionals.length === 0)
      throw new UserError("gate: name the runs to judge, such as plumb gate outputs/RUN --fail-if 'ttft_p99>500ms'", 2);
    if (failIf === undefined) throw new UserError("gate: --fail-if is missing, such as --fail-if 'ttft_p99>+10%'", 2);
    const own = sideOf("now", positionals);
    const result = gate(own, baseline.length === 0 ? null : sideOf("baseline", baseline), failIf, values.confidence);
    const strict = inconclusive === "fail";
    if (values.junit !== undefined) writeAsked("--junit", values.junit, gateJunit(result, strict));
    if (values.markdown !== undefined) writeAsked("--markdown", values.markdown, gateMarkdown(result));
    await printResult([values.json ? `${printableJson(result, 2)}\n` : renderGate(result, textOptions(values.lang))]);
    return result.outcome === "failed" || (strict && result.outcome === "inconclusive") ? 1 : 0;
  },
});

function sideOf(label: string, paths: string[]): Side {
  return { label, runs: paths.flatMap((path) => readSide(path, label).runs) };
}
