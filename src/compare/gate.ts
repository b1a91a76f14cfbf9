import { UserError } from "../config/user-error.ts";
import { figureOf, shortName, unitOf } from "../metrics/figure-name.ts";
import { holds, judgeObjective } from "../metrics/slo.ts";
import { compare, USUAL } from "./compare.ts";
import type { Comparison, Difference } from "./comparison-model.ts";
import { meanOf } from "./estimate.ts";
import { GATE_SCHEMA, type GateCheck, type GateOutcome, type GateResult } from "./gate-model.ts";
import type { GateRule } from "./gate-rule.ts";
import { type LevelOfRun, type MatchedLevel, matchLevels } from "./matched-levels.ts";
import type { Side } from "./side.ts";

type ChangeRule = Extract<GateRule, { kind: "change" }>;
type LimitRule = Extract<GateRule, { kind: "limit" }>;

const LIMITED = "plumb's own machine shaped the figures";

/**
 * Holds runs against rules. All checks about changes share one probability of a false alarm (Bonferroni), so that a
 * gate of many rules fails by chance no more often than one of a single rule.
 * @throws UserError where a change is asked for without a baseline, or the runs have no load in common
 */
export function gate(own: Side, baseline: Side | null, rules: GateRule[], confidence: number): GateResult {
  const changes = rules.filter((rule) => rule.kind === "change");
  const limits = rules.filter((rule) => rule.kind === "limit");
  const first = changes[0];
  if (baseline === null && first !== undefined) {
    throw new UserError(`--fail-if "${first.text}" is about a change: name the runs to compare with by --baseline`, 2);
  }
  const compared =
    baseline === null || first === undefined ? null : comparedForRules(baseline, own, changes, confidence);
  const limited = [own, ...(baseline === null ? [] : [baseline])].some(({ runs }) =>
    runs.some(({ verdict }) => verdict === "client-limited"),
  );
  const checks = [
    ...(compared === null ? [] : changes.flatMap((rule) => changeChecks(rule, compared, limited))),
    ...limits.flatMap((rule) => matchLevels([own]).levels.map((level) => limitCheck(rule, level))),
  ];
  return {
    schema: GATE_SCHEMA,
    outcome: worst(checks.map(({ outcome }) => outcome)),
    confidence,
    checks,
    notes: compared === null ? [] : compared.notes,
  };
}

function comparedForRules(baseline: Side, own: Side, rules: ChangeRule[], confidence: number): Comparison {
  const { levels } = matchLevels([baseline, own]);
  const tests = Math.max(1, levels.length * rules.length);
  return compare([baseline, own], { ...USUAL, confidence: 1 - (1 - confidence) / tests, figures: rules });
}

function changeChecks(rule: ChangeRule, { levels }: Comparison, limited: boolean): GateCheck[] {
  return levels.map(({ load, figures }): GateCheck => {
    const about = { rule: rule.text, figure: shortName(rule), load, unit: unitOf(rule) };
    // A figure that no side has is left out of a comparison.
    const found = figures.find(({ figure }) => figure === about.figure);
    const difference = found?.differences[0] ?? null;
    const check = { ...about, value: found?.values[1] ?? null, baseline: found?.values[0] ?? null, difference };
    if (difference?.interval == null) {
      const reason = difference?.reason ?? "not measured on both sides";
      return { ...check, outcome: "inconclusive", wouldFailFrom: null, reason };
    }
    const outcome = changeOutcome(rule, difference.interval);
    const wouldFailFrom = failFrom(rule, difference);
    if (limited) return { ...check, outcome: "inconclusive", wouldFailFrom, reason: LIMITED };
    return { ...check, outcome, wouldFailFrom, reason: REASONS[outcome] };
  });
}

const REASONS: Record<GateOutcome, string> = {
  failed: "beyond the limit for sure",
  passed: "within the limit for sure",
  inconclusive: "the limit lies inside the noise",
};

function changeOutcome({ direction, limit }: ChangeRule, { low, high }: { low: number; high: number }): GateOutcome {
  const [beyond, within] = direction === "up" ? [low > limit, high <= limit] : [high < limit, low >= limit];
  if (beyond) return "failed";
  return within ? "passed" : "inconclusive";
}

function failFrom({ direction, limit }: ChangeRule, { scale, detectable }: Difference): number | null {
  if (detectable === null) return null;
  if (scale === "points") return direction === "up" ? limit + detectable : limit - detectable;
  return direction === "up" ? (1 + limit) * (1 + detectable) - 1 : (1 + limit) / (1 + detectable) - 1;
}

/**
 * As --slo judges it: what was measured counts, failed requests among it. A limit that is broken while plumb's own
 * machine was the bottleneck says nothing of the service.
 */
function limitCheck({ text, kept }: LimitRule, { load, sides }: MatchedLevel): GateCheck {
  const runs = sides[0] as LevelOfRun[];
  const results = runs.map(({ summary }) => judgeObjective(summary, kept));
  const values = results.map(({ value }) => value).filter((value) => value !== null);
  const exact = values.length === results.length && results.every(({ bound }) => bound === null || bound === "exact");
  const value = values.length === 0 ? null : meanOf(values);
  const met = exact && value !== null ? holds(value, kept.op, kept.limit) : results.every((result) => result.met);
  const limited = runs.some(({ run }) => run.verdict === "client-limited");
  const measured = runs.some(({ summary }) => figureOf(summary, kept) !== null);
  return {
    rule: text,
    figure: shortName(kept),
    load,
    outcome: met ? "passed" : limited ? "inconclusive" : "failed",
    unit: unitOf(kept),
    value,
    baseline: null,
    difference: null,
    wouldFailFrom: null,
    reason: met ? "within the limit" : limited ? LIMITED : measured ? "beyond the limit" : "there is no such figure",
  };
}

function worst(outcomes: GateOutcome[]): GateOutcome {
  if (outcomes.includes("failed")) return "failed";
  return outcomes.includes("inconclusive") ? "inconclusive" : "passed";
}
