import type { RunConfig } from "../config/run-config.ts";
import { aimOf } from "../engine/aim.ts";
import { blankOutcome } from "../engine/finished.ts";
import type { Stage } from "../load/stages.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import { firstRowOf } from "./arrival-rows.ts";

/**
 * The record of what was due in open loop and never went out.
 * @param arrivals each with when it was due, Unix seconds
 */
export function unsentRequests(
  arrivals: [id: number, scheduled: number][],
  engine: number,
  stage: Stage,
  { config, runId }: { config: RunConfig; runId: string },
): RecordedRequest[] {
  return arrivals.map(([id, scheduledTime]) => ({
    outcome: {
      ...blankOutcome(firstRowOf(id, config), stage, { engine, runId, config }, aimOf(config, id)),
      scheduledTime,
      ending: { ok: false, kind: "unsent", message: "due, and still waiting when the sending was stopped" },
    },
    payload: { request: null, responseMessages: null, eventTimes: null, eventTokens: null, outputText: null },
  }));
}
