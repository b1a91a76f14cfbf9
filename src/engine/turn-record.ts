import type { BodyDifference, Outcome } from "../record/outcome.ts";
import type { WireRequest } from "../transport/transport.ts";
import { differenceOf } from "./body-difference.ts";
import type { PreparedTurn } from "./prepared.ts";

/** Where in its conversation a row stands; nothing, outside of any. */
export function placeOf(turn: PreparedTurn | undefined): Partial<Outcome> {
  if (turn === undefined) return {};
  const { conversation, index } = turn;
  return { conversationId: conversation.id, turn: index, turns: conversation.turns };
}

/**
 * A turn in so many refers to the last such turn and not to the one before it: to put turn n together then takes n/32 + 31
 * steps and not n, for twice the space of what was said.
 */
const MILESTONE_TURNS = 32;

/** A conversation's later requests repeat the earlier ones, and are kept as what is new in them. */
export function requestDifference(
  row: number,
  { body }: WireRequest,
  { conversation, index }: PreparedTurn,
): BodyDifference | null {
  const isMilestone = index % MILESTONE_TURNS === 0;
  const earlier = (isMilestone ? conversation.milestone : null) ?? conversation.sent;
  conversation.sent = body === null ? null : { row, body };
  if (isMilestone) conversation.milestone = conversation.sent;
  return body === null || earlier === null ? null : differenceOf(body, earlier.body, earlier.row);
}
