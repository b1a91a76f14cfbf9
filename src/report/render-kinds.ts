import type { Distribution, KindSummary, LevelSummary } from "../metrics/summary-model.ts";
import { figure, milliseconds, whole } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import { printable } from "./printable.ts";

/** Figures of each part, model and endpoint of a level; nothing where there is one of a kind. */
export function kindLines({ parts, models, endpoints }: LevelSummary, width: number, say: Say = ENGLISH_SAY): string[] {
  const block = (label: string, texts: string[]) =>
    texts.flatMap((text, index) => labelledLines(index === 0 ? label : "", text, width));
  const rated = (name: string, of: KindSummary) => {
    const { output_tokens_per_s: rate } = of;
    const told = rate === null ? [] : [say("{rate} output tokens/s", { rate: figure(rate) })];
    return [kindText(name, of, say), ...told].join(", ");
  };
  return [
    ...block(
      say("parts"),
      (parts ?? []).map((of) => kindText(of.part, of, say)),
    ),
    ...block(
      say("models"),
      (models ?? []).map((of) => rated(of.model, of)),
    ),
    ...block(
      say("endpoints"),
      (endpoints ?? []).map((of) => rated(of.endpoint, of)),
    ),
  ];
}

function kindText(name: string, { requests, success, ...of }: KindSummary, say: Say): string {
  const facts = [say("{name}: {n} requests", { name: printable(name), n: whole(requests) })];
  if (success < requests) facts.push(say("{n} succeeded", { n: whole(success) }));
  if (of.prompt_tokens !== null) facts.push(say("{n} prompt tokens", { n: figure(of.prompt_tokens.mean) }));
  if (of.ttft_ms === null) facts.push(...times(say("latency"), of.latency_ms));
  facts.push(...times("TTFT", of.ttft_ms), ...times("TPOT", of.tpot_ms));
  return facts.join(", ");
}

function times(name: string, of: Distribution | null): string[] {
  return of === null ? [] : [`${name} p50 ${milliseconds(of.p50)}, p99 ${milliseconds(of.p99)}`];
}
