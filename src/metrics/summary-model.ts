import type { RunConfig } from "../config/run-config.ts";
import type { RunSummary } from "../contract/summary.ts";

export type * from "../contract/conversation-summary.ts";
export type * from "../contract/length-summary.ts";
export type * from "../contract/plan-summary.ts";
export type * from "../contract/summary.ts";

export const SUMMARY_SCHEMA = "plumb-summary-1";

/** summary.json: the summary that scripts see, with the whole configuration. */
export interface Summary extends RunSummary {
  schema: typeof SUMMARY_SCHEMA;
  config: RunConfig;
}
