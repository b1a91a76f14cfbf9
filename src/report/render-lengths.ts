import type { AskedAndGot, LevelSummary } from "../metrics/summary-model.ts";
import { figure, percent } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import type { Paint } from "./paint.ts";

/** A share of requests of other lengths than asked for that is worth a warning. */
const MOST_OFF = 0.01;

/** Lengths asked for against those that came; nothing where none were asked for. */
export function lengthLines({ lengths }: LevelSummary, width: number, paint: Paint, say: Say = ENGLISH_SAY): string[] {
  const { input = null, output = null } = lengths ?? {};
  const found = [
    ["input", input],
    ["output", output],
  ] as const;
  const said = found.flatMap(([name, of]) => (of === null ? [] : [askedText(name, of)]));
  const wrong = found.flatMap(([name, of]) => (of === null ? [] : offText(name, of)));
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
    const lines = worst === undefined ? [] : offText(name, worst);
    return lines.flatMap((line) => labelledLines(say("lengths"), paint(line, "yellow"), width));
  });
}

function askedText(name: string, { asked, got, exact_share }: AskedAndGot): string {
  const exact = exact_share === 1 ? "each as asked" : `${percent(exact_share, 1)} as asked to the token`;
  return `${name} ${figure(asked.mean)} tokens asked, ${figure(got.mean)} got, ${exact}`;
}

function offText(name: string, { off_by_more_than_5_percent: off }: AskedAndGot): string[] {
  if (off <= MOST_OFF) return [];
  const advice = name === "input" ? "give the model's tokenizer with --tokenizer-path" : OUTPUT_ADVICE;
  return [`${percent(off, 1)} of the requests are off their ${name} length by more than 5%: ${advice}`];
}

const OUTPUT_ADVICE = "the service may not know min_tokens and ignore_eos";
