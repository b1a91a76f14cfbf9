import type { AskedAndGot, LevelSummary } from "../metrics/summary-model.ts";
import { figure, percent } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import type { Paint } from "./paint.ts";

/** A share of requests of other lengths than asked for that is worth a warning. */
const MOST_OFF = 0.01;

type Side = "input" | "output";

const ASKED = {
  input: "input {asked} tokens asked, {got} got, {exact}",
  output: "output {asked} tokens asked, {got} got, {exact}",
} as const;

const OFF = {
  input:
    "{share} of the requests are off their input length by more than 5%: give the model's tokenizer with --tokenizer-path",
  output:
    "{share} of the requests are off their output length by more than 5%: the service may not know min_tokens and ignore_eos",
} as const;

/** Lengths asked for against those that came; nothing where none were asked for. */
export function lengthLines({ lengths }: LevelSummary, width: number, paint: Paint, say: Say = ENGLISH_SAY): string[] {
  const { input = null, output = null } = lengths ?? {};
  const found = [
    ["input", input],
    ["output", output],
  ] as const;
  const said = found.flatMap(([name, of]) => (of === null ? [] : [askedText(name, of, say)]));
  const wrong = found.flatMap(([name, of]) => (of === null ? [] : offText(name, of, say)));
  return [
    ...(said.length === 0 ? [] : labelledLines(say("lengths"), said.join("; "), width)),
    ...wrong.flatMap((line) => labelledLines("", paint(line, "yellow"), width)),
  ];
}

/** The same warnings, of the level where most requests are off; for tables of several levels. */
export function lengthWarnings(levels: LevelSummary[], width: number, paint: Paint, say: Say = ENGLISH_SAY): string[] {
  return (["input", "output"] as const).flatMap((name) => {
    const found = levels.map(({ lengths }) => lengths?.[name] ?? null).filter((of) => of !== null);
    const [worst] = found.toSorted((a, b) => b.off_by_more_than_5_percent - a.off_by_more_than_5_percent);
    const lines = worst === undefined ? [] : offText(name, worst, say);
    return lines.flatMap((line) => labelledLines(say("lengths"), paint(line, "yellow"), width));
  });
}

function askedText(name: Side, { asked, got, exact_share }: AskedAndGot, say: Say): string {
  const share = percent(exact_share, 1);
  const exact = exact_share === 1 ? say("each as asked") : say("{share} as asked to the token", { share });
  return say(ASKED[name], { asked: figure(asked.mean), got: figure(got.mean), exact });
}

function offText(name: Side, { off_by_more_than_5_percent: off }: AskedAndGot, say: Say): string[] {
  return off <= MOST_OFF ? [] : [say(OFF[name], { share: percent(off, 1) })];
}
