import type { Goal, Objective } from "../config/plan.ts";
import { UserError } from "../config/user-error.ts";
import { readFigureName, unitOf } from "./figure-name.ts";
import { readObjective } from "./slo.ts";

/**
 * One object of `--sla-params`: figures to limits such as "<=500ms", all of which must hold, or a single figure to "max"
 * or "min". A limit without a unit is in that tool's own: seconds for latency, milliseconds for TTFT and TPOT.
 * @throws UserError naming the figure
 */
export function readSlaGoal(params: Record<string, unknown>): Goal {
  const entries = Object.entries(params);
  if (entries.length === 0)
    throw new UserError('an object without a figure: give one, such as {"p99_ttft": "<500ms"}', 2);
  const texts = entries.map(([name, value]): [string, string] => {
    if (typeof value !== "string") throw new UserError(`${name}: its value is a text such as "<=500ms" or "max"`, 2);
    return [name, value.trim()];
  });
  const best = texts.find(([, value]) => /^(?:max|min)$/i.test(value));
  if (best === undefined) return { kind: "hold", objectives: texts.map(([name, value]) => slaObjective(name, value)) };
  if (texts.length > 1) throw new UserError(`${best[0]}: "${best[1]}" stands alone, without other figures`, 2);
  const kind = best[1].toLowerCase() === "max" ? "max" : "min";
  return { kind, text: `${kind} ${best[0]}`, ...readFigureName(best[0]) };
}

function slaObjective(name: string, value: string): Objective {
  const bare = /\d$/.test(value);
  const metric = readFigureName(name);
  const seconds = bare && unitOf(metric) === "ms" && metric.metric.startsWith("latency");
  return readObjective(`${name}${value}${seconds ? "s" : ""}`);
}
