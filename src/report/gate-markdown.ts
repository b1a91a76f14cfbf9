import type { GateCheck, GateResult } from "../compare/gate-model.ts";
import { differenceText, intervalText, withUnit } from "./figure-change.ts";
import { printable } from "./printable.ts";
import { wouldShow } from "./render-gate.ts";

/** A summary for a pull request. */
export function gateMarkdown({ outcome, checks, notes }: GateResult): string {
  const header = ["rule", "load", "baseline", "now", "change", "interval", "result"];
  const rows = checks.map((check) => row(check).map(inCell));
  const table = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  const seen = checks.flatMap(({ rule, load, outcome: one, wouldFailFrom, difference }) =>
    one !== "inconclusive" || wouldFailFrom === null || difference === null
      ? []
      : [`${rule} at load ${load}: ${wouldShow(wouldFailFrom, difference.scale)}`],
  );
  const list = [...seen, ...notes].map((note) => `- ${inCell(note)}`);
  return `## plumb gate: ${outcome}\n\n${table.join("\n")}\n${list.length === 0 ? "" : `\n${list.join("\n")}\n`}`;
}

function row({ rule, load, baseline, value, unit, difference, outcome, reason }: GateCheck): string[] {
  const interval = difference?.interval ?? null;
  return [
    rule,
    load,
    withUnit(baseline, unit),
    withUnit(value, unit),
    difference === null ? "-" : differenceText(difference),
    interval === null || difference === null ? "-" : intervalText(interval, difference.scale),
    outcome === "passed" ? outcome : `**${outcome}**: ${reason}`,
  ];
}

function inCell(text: string): string {
  return printable(text)
    .replace(/[|\\`[\]]/g, "\\$&")
    .replaceAll("<", "&lt;")
    .replaceAll("\n", " ");
}
