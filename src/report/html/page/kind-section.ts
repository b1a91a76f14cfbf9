import type { KindSummary, LevelSummary } from "../../../metrics/summary-model.ts";
import { figure, percent, whole } from "../../figure-text.ts";
import { element, section } from "./element.ts";
import { levelName } from "./levels.ts";
import { numeric, table, text } from "./table.ts";
import { say } from "./words.ts";

interface Kind {
  level: LevelSummary;
  name: string;
  of: KindSummary;
}

/** Figures by model, endpoint and part of the load, a table for each of which there are several. */
export function kindSection(levels: LevelSummary[]): HTMLElement | null {
  const models = kinds(levels, (level) => level.models?.map((of) => [of.model, of]));
  const endpoints = kinds(levels, (level) => level.endpoints?.map((of) => [of.endpoint, of]));
  const parts = kinds(levels, (level) => level.parts?.map((of) => [of.part, of]));
  const tables = [
    kindTable(say("models"), say("model"), models, levels),
    kindTable(say("endpoints"), say("endpoint"), endpoints, levels),
    kindTable(say("parts"), say("part"), parts, levels),
  ].filter((one) => one !== null);
  if (tables.length === 0) return null;
  return section("kinds", say("kinds"), element("p", { class: "note" }, say("kindsNote")), ...tables);
}

function kinds(
  levels: LevelSummary[],
  namedIn: (level: LevelSummary) => [name: string, of: KindSummary][] | undefined,
): Kind[] {
  return levels.flatMap((level) => (namedIn(level) ?? []).map(([name, of]) => ({ level, name, of })));
}

/** A row for each kind in each level, kinds of one level below each other; null where there is but one kind. */
function kindTable(caption: string, title: string, all: Kind[], levels: LevelSummary[]): HTMLElement | null {
  if (new Set(all.map(({ name }) => name)).size < 2) return null;
  const several = levels.length > 1;
  const streamed = all.some(({ of }) => of.ttft_ms !== null);
  const made = all.some(({ of }) => of.output_tokens_per_s !== null);
  const waits = (of: KindSummary) => [...(streamed ? [of.ttft_ms, of.tpot_ms] : []), of.latency_ms];
  const names = [...(streamed ? ["TTFT", "TPOT"] : []), say("latency")];
  const columns = [
    text(title),
    ...(several ? [text(say("level"))] : []),
    numeric(say("sent")),
    numeric(say("success")),
    ...(made ? [numeric(say("outputPerS"))] : []),
    ...names.flatMap((name) => [numeric(`${name} p50, ms`), numeric(`${name} p99, ms`)]),
  ];
  const rows = all.map(({ level, name, of }) => [
    name,
    ...(several ? [levelName(level, levels)] : []),
    whole(of.requests),
    of.success_rate === null ? "-" : percent(of.success_rate, 1),
    ...(made ? [figure(of.output_tokens_per_s)] : []),
    ...waits(of).flatMap((wait) => [figure(wait?.p50 ?? null), figure(wait?.p99 ?? null)]),
  ]);
  return table(caption, columns, rows);
}
