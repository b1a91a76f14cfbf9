import type { LevelConfig } from "../../src/config/run-config.ts";
import type { StageShare } from "../../src/engine/protocol.ts";
import type { LoadShape } from "../../src/load/shape.ts";
import type { Stage } from "../../src/load/stages.ts";

export const CLOSED: LoadShape = { kind: "closed", rampS: 0 };

export function rated(
  rate: number,
  pattern: "constant" | "poisson" = "constant",
): Extract<LoadShape, { kind: "rate" }> {
  return { kind: "rate", pattern: { kind: pattern }, course: [{ from: rate, to: rate, overS: null }] };
}

export function closedLevel(parallel: number, number: number): LevelConfig {
  return { parallel, number, durationS: null, shape: CLOSED };
}

export function stageOf(changed: Partial<Stage> = {}): Stage {
  return { index: 0, phase: "measure", level: 0, repeat: 0, ...closedLevel(1, 1), ...changed };
}

/** All of a stage in one engine. */
export const STAGE: StageShare = {
  index: 0,
  phase: "measure",
  level: 0,
  repeat: 0,
  slots: 1,
  quota: 1,
  window: 64,
  shape: CLOSED,
  seed: 0,
  deal: { turn: 0, engines: 1 },
  parallel: 1,
  untilMs: null,
  drainS: null,
};
