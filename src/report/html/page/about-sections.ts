import { figure, whole } from "../../figure-text.ts";
import type { ReportData } from "../report-data.ts";
import { element, section } from "./element.ts";
import { type Cell, numeric, table, text } from "./table.ts";
import { say } from "./words.ts";

/** What was run on what, and what the verdict was made from. */
export function configurationSection(data: ReportData): HTMLElement | null {
  const { machine, versions, summary } = data;
  const facts: [string, string][] = [
    [say("versions"), `plumb ${versions.plumb}, Bun ${versions.bun}`],
    [say("system"), machine.os],
    [say("processor"), `${machine.cpu}, ${machine.cores} ${say("cores")}`],
    [say("memory"), `${whole(machine.memoryMb)} MB`],
    [say("host"), machine.hostname],
  ];
  const settings = Object.entries(summary.config).map(([name, value]): Cell[] => [
    element("code", {}, name),
    element("code", {}, typeof value === "string" ? value : JSON.stringify(value)),
  ]);
  return section(
    "configuration",
    say("configuration"),
    table(say("machine"), [text(say("metric")), text(say("value"))], facts),
    element(
      "details",
      {},
      element("summary", {}, say("settings")),
      table(say("settings"), [text(say("metric")), text(say("value"))], settings),
    ),
    evidence(data),
  );
}

function evidence({ summary: { client } }: ReportData): HTMLElement | null {
  if (client.findings.length === 0) return null;
  const columns = [
    text(say("metric")),
    numeric(say("value")),
    text(say("unit")),
    text(say("limits")),
    text(say("verdict")),
  ];
  const rows = client.findings.map(({ name, value, unit, suspect, limited, verdict }) => {
    const limits = [];
    if (suspect !== null) limits.push(say("suspectAbove", figure(suspect)));
    if (limited !== null) limits.push(say("limitedAbove", figure(limited)));
    return [name, figure(value), unit, limits.join(", "), say(verdict)];
  });
  return table(say("evidence"), columns, rows);
}

/** Every figure's formula, in the words of `plumb explain`. */
export function formulaSection({ definitions }: ReportData): HTMLElement | null {
  const columns = [text(say("metric")), text(say("unit")), text(say("formula")), text(say("source"))];
  const rows = definitions.map(({ key, name, unit, formula, source }): Cell[] => [
    element("span", { lang: "en" }, element("code", {}, key), element("br"), name),
    unit,
    element("span", { lang: "en" }, formula),
    element("span", { lang: "en" }, source),
  ]);
  return section("formulas", say("formulas"), table(say("formulas"), columns, rows));
}
