import type { Distribution } from "./summary.ts";

/** Of a conversation's turns of one or several numbers. */
export interface TurnFigures {
  requests: number;
  failed: number;
  ttft_ms: Distribution | null;
  tpot_ms: Distribution | null;
  latency_ms: Distribution | null;
  prompt_tokens: Distribution | null;
  /** Prompt tokens that the service said were cached; null: it said nothing of it. */
  cached_tokens: number | null;
  /** sum cached / sum of the turn before's prompt and completion tokens: what could have been cached; null as above */
  cache_hit_rate: number | null;
}

export interface TurnsSummary {
  /** Turn 0: nothing has been said before it. null: none was sent. */
  first: TurnFigures | null;
  /** All the others. */
  later: TurnFigures | null;
  by_turn: (TurnFigures & { turn: number })[];
}

export interface ConversationsSummary {
  total: number;
  /** Succeeded up to the last turn. */
  completed: number;
  /** A turn failed, and ended it. */
  abandoned: number;
  /** The load ended first. */
  cut_short: number;
  /** Turns of conversations that ended before them. */
  turns_not_sent: number;
  /** Turns sent in each. */
  turns: Distribution | null;
  /** Of those with all their turns: first sent to last completed, pauses included. */
  duration_s: Distribution | null;
  /** From the first turn's sending to the first answer text of all turns. */
  first_answer_ms: Distribution | null;
  /** Of those with all their turns: to the first answer text of the last one. */
  last_answer_ms: Distribution | null;
  cached_tokens: number | null;
  /** As for turns, over all of them. */
  cache_hit_rate: number | null;
}
