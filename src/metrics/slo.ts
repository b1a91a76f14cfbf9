import type { Objective, Operator } from "../config/plan.ts";
import { UserError } from "../config/user-error.ts";
import { figureOf, readFigureName, unitOf } from "./figure-name.ts";
import { REQUEST_METRICS, type RequestMetricKey } from "./request-metrics.ts";
import type { BoundedQuantile, LevelSummary, ObjectiveResult } from "./summary-model.ts";

/** By the metric's own unit: what may stand behind a limit, and how many of the metric's unit that is. */
const UNITS: Record<ReturnType<typeof unitOf>, Record<string, number>> = {
  ms: { ms: 1, s: 1000, "": 1 },
  s: { s: 1, ms: 0.001, "": 1 },
  share: { "%": 0.01, "": 1 },
  tokens: { tok: 1, tokens: 1, "": 1 },
  "tokens/s": { "tok/s": 1, "tokens/s": 1, "": 1 },
  "requests/s": { "req/s": 1, "requests/s": 1, "": 1 },
  "items/s": { "items/s": 1, "": 1 },
  "tokens/chunk": { "": 1 },
  requests: { "": 1 },
};

const LIMIT_DIGITS = 12;

const SHAPE = /^([\w.\s-]+?)\s*(<=|>=|<|>)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([a-z%/]*)$/i;

/**
 * `ttft_p99<500ms`: what a figure must be.
 * @throws UserError naming the part that cannot be read
 */
export function readObjective(text: string): Objective {
  const [, name, op, amount, unit = ""] = SHAPE.exec(text) ?? [];
  if (name === undefined || op === undefined) {
    throw new UserError(`"${text}" is no objective: write a figure, <, <=, > or >=, and a limit: ttft_p99<500ms`, 2);
  }
  const figure = readFigureName(name);
  return {
    text,
    ...figure,
    op: op as Operator,
    limit: limitOf(text, Number(amount), unit.toLowerCase(), unitOf(figure)),
  };
}

function limitOf(text: string, amount: number, unit: string, of: ReturnType<typeof unitOf>): number {
  const factor = UNITS[of][unit];
  if (factor === undefined) {
    const known = Object.keys(UNITS[of]).filter((name) => name !== "");
    throw new UserError(`"${text}": its unit is ${known.join(" or ") || "none"}, not "${unit}"`, 2);
  }
  // 99.9% is 0.999, which 99.9 * 0.01 is not.
  const limit = Number((amount * factor).toPrecision(LIMIT_DIGITS));
  if (of === "share" && (limit < 0 || limit > 1)) {
    throw new UserError(`"${text}": a share is from 0% to 100%; without % write 0.999`, 2);
  }
  return limit;
}

export function holds(value: number, op: Operator, limit: number): boolean {
  switch (op) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
  }
}

/**
 * An objective, judged by the level's own figure. Where the summary has a percentile in which failures count, that one
 * is taken: a service must not keep its word by refusing. A figure that does not exist keeps no objective.
 */
export function judgeObjective(level: LevelSummary, objective: Objective): ObjectiveResult {
  const { text, op, limit } = objective;
  const all = withFailures(level, objective);
  if (all === null) {
    const value = figureOf(level, objective);
    return { text, value, bound: value === null ? null : "exact", met: value !== null && holds(value, op, limit) };
  }
  const { bound, value_ms: value } = all;
  return { text, value, bound, met: knownToHold(all, op, limit) };
}

/** "212.3 ms", "> 120000 ms" for what is at least so much, "99.5%": what a figure came to, with its unit. */
export function measuredText({ value, bound }: ObjectiveResult, objective: Objective): string {
  if (value === null) return bound ?? "none";
  const unit = unitOf(objective);
  const shown = unit === "share" ? `${shortNumber(100 * value)}%` : `${shortNumber(value)} ${unit}`;
  return bound === "at_least" ? `> ${shown}` : shown;
}

/** Four digits, and all of those before the point. */
function shortNumber(value: number): string {
  return String(Math.abs(value) < 1000 ? Number(value.toPrecision(4)) : Math.round(value));
}

/** Of a wait that is known only as "at least", nothing but a lower limit can be known to hold. */
function knownToHold({ bound, value_ms }: BoundedQuantile, op: Operator, limit: number): boolean {
  const lowerLimit = op === ">" || op === ">=";
  if (bound === "failed") return lowerLimit;
  return bound === "exact" || lowerLimit ? holds(value_ms, op, limit) : false;
}

function withFailures(level: LevelSummary, { metric, stat }: Objective): BoundedQuantile | null {
  if (stat !== "p50" && stat !== "p90" && stat !== "p95" && stat !== "p99") return null;
  if (metric === "ttft_ms") return level.ttft_with_failures_ms?.[stat] ?? null;
  return metric === "latency_ms" ? (level.latency_with_failures_ms?.[stat] ?? null) : null;
}

/** Waits of which each request has one; a limit on a percentile of them is one on a request too. */
const WAITS: RequestMetricKey[] = ["ttft_ms", "ttfa_ms", "tpot_ms", "latency_ms", "latency_from_sent_ms", "wait_ms"];

/**
 * SQL over the columns of `outcome` for the requests that met every objective which a single request can meet: upper
 * limits on its own waits. null: there is none of the kind, or the level has no such figure. What a request has no
 * figure of, as TPOT of a single token, it does not miss.
 */
export function attainedSql(level: LevelSummary, objectives: Objective[]): string | null {
  const conditions: string[] = [];
  for (const { metric, op, limit } of objectives) {
    const key = WAITS.find((wait) => wait === metric);
    if (key === undefined || op === ">" || op === ">=") continue;
    if (level[key] === null) return null;
    const { sql, openLoopSql, where } = REQUEST_METRICS[key];
    const value = level.rate === null ? sql : (openLoopSql ?? sql);
    conditions.push(`(NOT (${where}) OR coalesce((${value}) ${op} ${limit}, 1))`);
  }
  return conditions.length === 0 ? null : ["success = 1", ...conditions].join(" AND ");
}
