import type { RunConfig } from "../config/run-config.ts";
import { aimOf } from "../engine/aim.ts";
import { blankOutcome } from "../engine/finished.ts";
import type { Stage } from "../load/stages.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import { firstRowOf } from "./arrival-rows.ts";
import type { OnTheWire } from "./outstanding.ts";

/** The record of what an engine that died had on the wire. */
export function lostRequests(
  inFlight: OnTheWire[],
  engine: number,
  reason: string,
  stage: Stage,
  { config, runId }: { config: RunConfig; runId: string },
): RecordedRequest[] {
  const now = Date.now() / 1000;
  return inFlight.map(([id, sent, turn]) => ({
    outcome: {
      ...blankOutcome(firstRowOf(id, config) + turn, stage, { engine, runId, config }, aimOf(config, id)),
      ...(config.conversations.multiTurn && { conversationId: `${runId}-c${id}`, turn }),
      sentTime: sent,
      completedTime: now,
      latency: sent === null ? null : now - sent,
      ending: { ok: false, kind: "engine_lost", message: `the engine process ended: ${reason}` },
    },
    payload: { request: null, responseMessages: null, eventTimes: null, eventTokens: null, outputText: null },
  }));
}
