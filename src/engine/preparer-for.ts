import type { ApiPlugin } from "../contract/api.ts";
import { aimOf } from "./aim.ts";
import { Preparer } from "./prepared.ts";
import type { ToEngine } from "./protocol.ts";
import { RequestMarks } from "./request-marks.ts";
import { targetOf } from "./target.ts";

/** Builds an engine's requests as its orders say. */
export function preparerFor(
  { config, secrets, runId }: Extract<ToEngine, { type: "start" }>,
  api: ApiPlugin,
): Preparer {
  const { url, headers } = targetOf(config, secrets);
  const marks = new RequestMarks(config.marks, runId, headers);
  const aims = config.targets === undefined ? null : (arrival: number) => aimOf(config, arrival);
  const { credentials } = config.connection;
  return new Preparer(api, config.params, url, headers, marks, config.conversations.keepReasoning, aims, credentials);
}
