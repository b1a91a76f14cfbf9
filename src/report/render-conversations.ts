import type { ConversationsSummary, LevelSummary, TurnFigures } from "../metrics/summary-model.ts";
import { counted, figure, milliseconds, percent, whole } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";

/** What became of a level's conversations, and what the cache did for their later turns. */
export function conversationLines(
  { conversations, turns }: LevelSummary,
  width: number,
  say: Say = ENGLISH_SAY,
): string[] {
  if (conversations === undefined || turns === undefined) return [];
  const compared = [turnText("first", turns.first), turnText("later", turns.later)].filter((text) => text !== null);
  return [
    ...labelledLines(say("dialogues"), conversationText(conversations), width),
    ...(compared.length === 0 ? [] : labelledLines(say("turns"), compared.join("; "), width)),
  ];
}

function conversationText(all: ConversationsSummary): string {
  const parts = [counted(all.total, "conversation")];
  if (all.completed < all.total) parts.push(`${whole(all.completed)} completed`);
  if (all.abandoned > 0) parts.push(`${whole(all.abandoned)} abandoned after a failed turn`);
  if (all.cut_short > 0) parts.push(`${whole(all.cut_short)} cut short by the end of the load`);
  if (all.turns_not_sent > 0) parts.push(`${counted(all.turns_not_sent, "turn")} not sent`);
  if (all.turns !== null) parts.push(`${figure(all.turns.mean)} turns each`);
  if (all.duration_s !== null) parts.push(`${figure(all.duration_s.p50)} s p50`);
  if (all.first_answer_ms !== null) parts.push(`first answer after ${milliseconds(all.first_answer_ms.p50)} p50`);
  if (all.last_answer_ms !== null) parts.push(`the last turn's after ${milliseconds(all.last_answer_ms.p50)} p50`);
  if (all.cache_hit_rate !== null) {
    parts.push(`${percent(all.cache_hit_rate, 1)} of what was said before came from the cache`);
  }
  return parts.join(", ");
}

function turnText(name: string, of: TurnFigures | null): string | null {
  if (of === null) return null;
  const { ttft_ms, tpot_ms, latency_ms } = of;
  const parts = [`${name}: ${whole(of.requests)}`];
  if (of.failed > 0) parts.push(`${whole(of.failed)} failed`);
  if (ttft_ms !== null) parts.push(`TTFT p50 ${milliseconds(ttft_ms.p50)}, p99 ${milliseconds(ttft_ms.p99)}`);
  else if (latency_ms !== null) parts.push(`latency p50 ${milliseconds(latency_ms.p50)}`);
  if (tpot_ms !== null) parts.push(`TPOT p50 ${milliseconds(tpot_ms.p50)}`);
  return parts.join(", ");
}
