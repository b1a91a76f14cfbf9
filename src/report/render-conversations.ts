import type { ConversationsSummary, LevelSummary, TurnFigures } from "../metrics/summary-model.ts";
import { figure, milliseconds, percent, whole } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";

/** What became of a level's conversations, and what the cache did for their later turns. */
export function conversationLines(
  { conversations, turns }: LevelSummary,
  width: number,
  say: Say = ENGLISH_SAY,
): string[] {
  if (conversations === undefined || turns === undefined) return [];
  const compared = [
    turns.first === null ? null : turnText(say("first: {n}", { n: whole(turns.first.requests) }), turns.first, say),
    turns.later === null ? null : turnText(say("later: {n}", { n: whole(turns.later.requests) }), turns.later, say),
  ].filter((text) => text !== null);
  return [
    ...labelledLines(say("dialogues"), conversationText(conversations, say), width),
    ...(compared.length === 0 ? [] : labelledLines(say("turns"), compared.join("; "), width)),
  ];
}

function conversationText(all: ConversationsSummary, say: Say): string {
  const parts = [say.counted(all.total, "conversation")];
  if (all.completed < all.total) parts.push(say("{n} completed", { n: whole(all.completed) }));
  if (all.abandoned > 0) parts.push(say("{n} abandoned after a failed turn", { n: whole(all.abandoned) }));
  if (all.cut_short > 0) parts.push(say("{n} cut short by the end of the load", { n: whole(all.cut_short) }));
  if (all.turns_not_sent > 0) parts.push(say("{n} not sent", { n: say.counted(all.turns_not_sent, "turn") }));
  if (all.turns !== null) parts.push(say("{n} turns each", { n: figure(all.turns.mean) }));
  if (all.duration_s !== null) parts.push(say("{s} s p50", { s: figure(all.duration_s.p50) }));
  if (all.first_answer_ms !== null) {
    parts.push(say("first answer after {ms} p50", { ms: milliseconds(all.first_answer_ms.p50) }));
  }
  if (all.last_answer_ms !== null) {
    parts.push(say("the last turn's after {ms} p50", { ms: milliseconds(all.last_answer_ms.p50) }));
  }
  if (all.cache_hit_rate !== null) {
    const share = percent(all.cache_hit_rate, 1);
    parts.push(say("{share} of what was said before came from the cache", { share }));
  }
  return parts.join(", ");
}

/** @param begin its name, and how many there were */
function turnText(begin: string, { failed, ttft_ms, tpot_ms, latency_ms }: TurnFigures, say: Say): string {
  const parts = [begin];
  if (failed > 0) parts.push(say("{n} failed", { n: whole(failed) }));
  if (ttft_ms !== null) parts.push(`TTFT p50 ${milliseconds(ttft_ms.p50)}, p99 ${milliseconds(ttft_ms.p99)}`);
  else if (latency_ms !== null) parts.push(`${say("latency")} p50 ${milliseconds(latency_ms.p50)}`);
  if (tpot_ms !== null) parts.push(`TPOT p50 ${milliseconds(tpot_ms.p50)}`);
  return parts.join(", ");
}
