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

/** A conversation's later requests repeat the earlier ones, and are kept as what is new in them. */
export function requestDifference(
  row: number,
  { body }: WireRequest,
  { conversation }: PreparedTurn,
): BodyDifference | null {
  const earlier = conversation.sent;
  conversation.sent = body === null ? null : { row, body };
  return body === null || earlier === null ? null : differenceOf(body, earlier.body, earlier.row);
}
