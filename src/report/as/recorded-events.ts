import { UserError } from "../../config/user-error.ts";
import type { WholeReply } from "../../record/level-record.ts";

/** One event of a stream that is a JSON object: what other tools take a time for. */
export interface RecordedEvent {
  data: Record<string, unknown>;
  /** Seconds from sent. */
  at: number;
  /** Whether plumb's reader of the API saw output in it. */
  hasOutput: boolean;
}

/**
 * The events of a reply without its terminators ("[DONE]"), comments and broken ones.
 * @throws UserError (exit 2) where the run kept no events
 */
export function recordedEvents({ events, times, tokens }: WholeReply): RecordedEvent[] {
  if (events.length === 0 && times.length > 0) {
    throw new UserError(
      "--as: this run was recorded without its events, and another tool's definitions need them: run with --record full",
      2,
    );
  }
  return events.flatMap((data, i) =>
    isObject(data) ? [{ data, at: (times[i] ?? 0) / 1e6, hasOutput: (tokens[i] ?? 0) > 0 }] : [],
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a reply's usage block says under one name; null: nothing. */
export function usageCount(data: Record<string, unknown>, name: string): number | null {
  const value = isObject(data.usage) ? data.usage[name] : undefined;
  return typeof value === "number" ? value : null;
}

/** The first choice of a chunk as OpenAI shapes it; null: it has none. */
export function firstChoice(data: Record<string, unknown>): Record<string, unknown> | null {
  const choice = Array.isArray(data.choices) ? data.choices[0] : undefined;
  return isObject(choice) ? choice : null;
}
