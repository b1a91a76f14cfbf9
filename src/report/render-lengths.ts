import type { AskedAndGot, Distribution, LevelSummary } from "../metrics/summary-model.ts";
import { figure, milliseconds, percent, whole } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./printable.ts";

/** A share of requests of other lengths than asked for that is worth a warning. */
const MOST_OFF = 0.01;

/** Lengths asked for against those that came, and each part's figures; nothing where there are none. */
export function lengthLines(
  { lengths, parts }: LevelSummary,
  width: number,
  paint: Paint,
  say: Say = ENGLISH_SAY,
): string[] {
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
    ...(parts ?? []).flatMap((part, index) => labelledLines(index === 0 ? say("parts") : "", partText(part), width)),
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

function partText({ part, requests, success, ...of }: NonNullable<LevelSummary["parts"]>[number]): string {
  const facts = [`${printable(part)}: ${whole(requests)} requests`];
  if (success < requests) facts.push(`${whole(success)} succeeded`);
  if (of.prompt_tokens !== null) facts.push(`${figure(of.prompt_tokens.mean)} prompt tokens`);
  if (of.ttft_ms === null) facts.push(...times("latency", of.latency_ms));
  facts.push(...times("TTFT", of.ttft_ms), ...times("TPOT", of.tpot_ms));
  return facts.join(", ");
}

function times(name: string, of: Distribution | null): string[] {
  return of === null ? [] : [`${name} p50 ${milliseconds(of.p50)}, p99 ${milliseconds(of.p99)}`];
}
