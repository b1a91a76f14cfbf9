import { percent, whole } from "../../figure-text.ts";
import { CHINESE_ERRORS } from "../../glossary-zh.ts";
import type { ReportData } from "../report-data.ts";
import { element, section } from "./element.ts";
import { numeric, table, text } from "./table.ts";
import { errorChart } from "./time-charts.ts";
import { say, spokenLanguage } from "./words.ts";

const CHINESE: Record<string, { means: string; look: string }> = CHINESE_ERRORS;

/** What failed, by kind: how often, when, and what it means. */
export function errorSection(data: ReportData): HTMLElement | null {
  const { requests } = data.summary;
  const kinds = Object.entries(requests.by_error);
  if (kinds.length === 0) return section("errors", say("errors"), element("p", {}, say("noErrors")));
  const columns = [
    text(say("kind")),
    numeric(say("count")),
    numeric(say("share")),
    text(say("means")),
    text(say("look")),
    text(say("example")),
  ];
  const rows = kinds.map(([kind, count]) => {
    const example = data.series.failed.find(({ errorKind }) => errorKind === kind)?.error ?? "-";
    const known = spokenLanguage() === "zh" ? CHINESE : data.errorKinds;
    const { means = "-", look = "-" } = known[kind] ?? {};
    return [element("code", {}, kind), whole(count), percent(count, requests.total), means, look, example];
  });
  const chart = errorChart(data);
  return section(
    "errors",
    say("errors"),
    table(say("errors"), columns, rows),
    chart === null ? null : element("div", { class: "charts" }, chart),
  );
}
