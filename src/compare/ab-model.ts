import type { Answer, Difference, Scale } from "./comparison-model.ts";

export const AB_SCHEMA = "plumb-ab-1";

/** told: every figure has its answer; budget: time was up before; client-limited: plumb's machine was in the way. */
export type AbEnd = "told" | "budget" | "client-limited" | "failed" | "interrupted";

/** A block whose figures say more of plumb's own machine than of the service. */
export interface ThrownBlock {
  /** From 0. */
  pair: number;
  side: "A" | "B";
  reason: string;
}

export interface AbFigure {
  figure: string;
  unit: string;
  better: "lower" | "higher";
  /** The figure of each block, by pair. */
  blocks: { a: (number | null)[]; b: (number | null)[] };
  /** Means over the blocks, of A and of B. */
  values: [number | null, number | null];
  /** B against A, over pairs; its interval holds for all looks and figures together. */
  difference: Difference;
}

export interface AbResult {
  end: AbEnd;
  /** Of B: mixed means better in one figure and worse in another. */
  answer: Answer | "mixed";
  pairs: number;
  thrown: ThrownBlock[];
  figures: AbFigure[];
}

/** What `plumb ab --json` prints, and ab.json holds. */
export interface AbReport extends AbResult {
  schema: typeof AB_SCHEMA;
  /** Of A and of B, credentials removed. */
  urls: [string, string];
  /** Folder of the blocks' runs. */
  folder: string;
  confidence: number;
  margin: Record<Scale, number>;
  budget_s: number;
  elapsed_s: number;
}
