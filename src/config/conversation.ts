import { isHeaderName } from "./headers.ts";
import type { Mistakes } from "./mistakes.ts";
import type { RunOptions } from "./run-options.ts";

/**
 * Row numbers that each conversation has to itself: turn t of arrival k is row 1,024 k + t. A run of single requests
 * numbers them one after the other.
 */
export const ROWS_A_CONVERSATION = 1024;

/** How conversations are held. Plain data: it is stored and sent to engines. */
export interface ConversationConfig {
  /** Every input is one, of a single turn if need be; false: the dataset's first input decides. */
  multiTurn: boolean;
  /** Shorter conversations are left out, longer ones cut. null: no such bound. */
  minTurns: number | null;
  maxTurns: number | null;
  /** So many users, each of whom sends a turn every users / rate seconds; null: conversations are sent as requests are. */
  users: number | null;
  /** A model's reasoning goes back to it with its reply. */
  keepReasoning: boolean;
}

/** Headers that tell requests apart for whoever runs the service. */
export interface MarksConfig {
  /** The header, lower case, that holds the conversation's id; null: none does. */
  sessionHeader: string | null;
  /** `x-request-id`: null: on requests of conversations. */
  requestIds: boolean | null;
  /** W3C's, a trace a conversation. */
  traceparent: boolean;
}

export function findConversations(options: RunOptions, mistakes: Mistakes): ConversationConfig {
  const { multiTurn, minTurns, maxTurns, users, keepReasoning } = options;
  if (minTurns !== undefined && maxTurns !== undefined && minTurns > maxTurns) {
    mistakes.add(`--min-turns ${minTurns} is above --max-turns ${maxTurns}`);
  }
  return {
    multiTurn: multiTurn || users !== undefined,
    minTurns: minTurns ?? null,
    maxTurns: maxTurns ?? null,
    users: users ?? null,
    keepReasoning,
  };
}

export function findMarks({ sessionHeader, requestIds, traceparent }: RunOptions, mistakes: Mistakes): MarksConfig {
  if (sessionHeader !== undefined && !isHeaderName(sessionHeader)) {
    mistakes.add(`--session-header: "${sessionHeader}" cannot be the name of a header`);
  }
  return { sessionHeader: sessionHeader?.toLowerCase() ?? null, requestIds: requestIds ?? null, traceparent };
}
