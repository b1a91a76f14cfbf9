import { figure, whole } from "../../figure-text.ts";
import { CHINESE_FIGURES } from "../../glossary-zh.ts";
import type { ReportData } from "../report-data.ts";
import { element, section } from "./element.ts";
import { type Cell, numeric, table, text } from "./table.ts";
import { say, spokenLanguage } from "./words.ts";
import type { Word } from "./words-en.ts";

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
    table(say("machine"), [text(say("item")), text(say("value"))], facts),
    element(
      "details",
      {},
      element("summary", {}, say("settings")),
      table(say("settings"), [text(say("setting")), text(say("value"))], settings),
    ),
    evidence(data),
  );
}

/** Units of evidence that are words; others stand as they are. */
const EVIDENCE_UNITS: Record<string, Word> = { "of a core": "ofACore", "a core": "aCore", share: "shareUnit" };

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
    return [
      name,
      figure(value),
      EVIDENCE_UNITS[unit] === undefined ? unit : say(EVIDENCE_UNITS[unit]),
      limits.join(", "),
      say(verdict),
    ];
  });
  return table(say("evidence"), columns, rows);
}

/** Every figure's formula, in the words of `plumb explain`; in Chinese with what it says in Chinese before it. */
export function formulaSection({ definitions }: ReportData): HTMLElement | null {
  const chinese = spokenLanguage() === "zh" ? CHINESE_FIGURES : {};
  const explained = definitions.some(({ key }) => chinese[key] !== undefined);
  const columns = [
    text(say("metric")),
    text(say("unit")),
    text(explained ? `${say("means")}, ${say("formula")}` : say("formula")),
    text(say("source")),
  ];
  const rows = definitions.map(({ key, name, unit, formula, source }): Cell[] => {
    const own = chinese[key];
    const title = own === undefined ? element("span", { lang: "en" }, name) : own.name;
    return [
      element("span", {}, element("code", {}, key), element("br"), title),
      unit,
      element(
        "span",
        {},
        ...(own === undefined ? [] : [own.means, element("br")]),
        element("span", { lang: "en", ...(own !== undefined && { class: "note" }) }, formula),
      ),
      element("span", { lang: "en" }, source),
    ];
  });
  return section("formulas", say("formulas"), table(say("formulas"), columns, rows));
}
