import type { Difference } from "./comparison-model.ts";

export const GATE_SCHEMA = "plumb-gate-1";

/** inconclusive: the figures spread too much to tell on which side of the limit the truth lies. */
export type GateOutcome = "passed" | "failed" | "inconclusive";

/** One rule at one load. */
export interface GateCheck {
  /** As it was written. */
  rule: string;
  figure: string;
  load: string;
  outcome: GateOutcome;
  unit: string;
  /** Means over the runs, in `unit`; null: there is no such figure, or the rule needs no baseline. */
  value: number | null;
  baseline: number | null;
  /** Of a rule about a change; null: the rule is about the figure itself. */
  difference: Difference | null;
  /** The change that would have failed four times of five, as `Difference.interval` counts; null as above. */
  wouldFailFrom: number | null;
  /** What decided it. */
  reason: string;
}

export interface GateResult {
  schema: typeof GATE_SCHEMA;
  /** failed before inconclusive before passed. */
  outcome: GateOutcome;
  /** Probability that no check fails where nothing is beyond its limit, at least. */
  confidence: number;
  checks: GateCheck[];
  notes: string[];
}
