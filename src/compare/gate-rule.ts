import type { FigureName, Objective, Operator } from "../config/plan.ts";
import { UserError } from "../config/user-error.ts";
import { readFigureName } from "../metrics/figure-name.ts";
import { readObjective } from "../metrics/slo.ts";

/** What makes a gate fail. */
export type GateRule =
  | (FigureName & {
      kind: "change";
      text: string;
      direction: "up" | "down";
      /** As `Difference.interval` counts: 0.1 is 10% more than the baseline, or 10 points of a share. */
      limit: number;
    })
  | { kind: "limit"; text: string /** What must hold for the gate to pass. */; kept: Objective };

const CHANGE = /^([\w.\s-]+?)\s*(<=?|>=?)\s*([+-](?:\d+\.?\d*|\.\d+))\s*([a-z%/]*)$/i;
const DIGITS = 12;
const OPPOSITE: Record<Operator, Operator> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

/**
 * `ttft_p99>+10%`: a change against the baseline, by its sign; `success_rate<99.9%`: the figure itself.
 * @throws UserError naming the part that cannot be read
 */
export function readGateRule(text: string): GateRule {
  const [, name, op, amount, unit] = CHANGE.exec(text.trim()) ?? [];
  if (name === undefined || op === undefined) return limitRule(text);
  if (unit !== "%") throw new UserError(`"${text}": a change is in percent: ${name}${op}${amount}%`, 2);
  const limit = Number(amount) / 100;
  const direction = op.startsWith(">") ? "up" : "down";
  if (limit <= -1) throw new UserError(`"${text}": nothing can fall by 100% or more`, 2);
  if (direction === "up" ? limit < 0 : limit > 0) {
    throw new UserError(`"${text}": this fails where nothing changes: write ${name}>+N% or ${name}<-N%`, 2);
  }
  return { kind: "change", text, ...readFigureName(name), direction, limit };
}

function limitRule(text: string): GateRule {
  let objective: Objective;
  try {
    objective = readObjective(text.trim());
  } catch (error) {
    if (!(error instanceof UserError) || !error.message.includes("is no objective")) throw error;
    throw new UserError(`"${text}" is no rule: write ttft_p99>+10% (a change) or success_rate<99.9% (a limit)`, 2);
  }
  // 99.9% is no number of the machine's: without rounding 999 of 1,000 would fall short of it.
  const limit = Number(objective.limit.toPrecision(DIGITS));
  return { kind: "limit", text, kept: { ...objective, limit, op: OPPOSITE[objective.op] } };
}
