import { ROWS_A_CONVERSATION } from "../config/conversation.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { Outcome } from "../record/outcome.ts";

/** Number of the first row that an arrival has in the record. A conversation has one for each turn. */
export function firstRowOf(arrival: number, { conversations }: Pick<RunConfig, "conversations">): number {
  return conversations.multiTurn ? arrival * ROWS_A_CONVERSATION : arrival;
}

/** The arrival that a request belongs to. */
export function arrivalOf({ id, turn }: Pick<Outcome, "id" | "turn">): number {
  return turn === null ? id : Math.floor(id / ROWS_A_CONVERSATION);
}

/** Whether nothing more follows of the request's arrival: a conversation ends with its last turn, or one that fails. */
export function endsArrival({ turn, turns, ending }: Pick<Outcome, "turn" | "turns" | "ending">): boolean {
  return turn === null || !ending.ok || turn + 1 >= (turns ?? 1);
}
