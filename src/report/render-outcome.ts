import type { LevelSummary, RequestCounts } from "../metrics/summary-model.ts";
import { percent, tally, whole } from "./figure-text.ts";
import { labelledLines } from "./labelled-line.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import type { Paint } from "./paint.ts";

/** Shares of successes below these are coloured. */
const YELLOW_BELOW = 0.99;
const RED_BELOW = 0.9;

/**
 * How much of what was due succeeded, and what became of the rest: the other figures are of the successes alone.
 */
export function outcomeLines(
  requests: RequestCounts,
  failedTokens: number,
  width: number,
  paint: Paint,
  say: Say = ENGLISH_SAY,
): string[] {
  const { offered, success, failed, unsent, cancelled } = requests;
  const never = unsent > 0 ? say(", {n} unsent", { n: whole(unsent) }) : "";
  const given = cancelled > 0 ? say("; {n} more given up on purpose", { n: whole(cancelled) }) : "";
  const counts = { success: whole(success), due: whole(offered - cancelled), unsent: never };
  const share = say("{share} ({success} of {due}{unsent})", { share: successShare(requests, paint), ...counts });
  const lines = labelledLines(say("success"), share + given, width);
  if (failed > 0) {
    const n = say.counted(failedTokens, "output token");
    const arrived = failedTokens > 0 ? say("; {n} arrived in failed requests", { n }) : "";
    lines.push(...labelledLines(say("errors"), tally(requests.by_error) + arrived, width));
  }
  const nothing = offered > 0 && success === 0;
  return nothing ? [`  ${paint(say("no request succeeded"), "red")}`, ...lines] : lines;
}

/** "98.77%", coloured where it should make one look. */
export function successShare({ success, offered: due, cancelled }: RequestCounts, paint: Paint): string {
  const offered = due - cancelled;
  const text = percent(success, offered);
  if (offered === 0) return text;
  const rate = success / offered;
  if (rate < YELLOW_BELOW) return paint(text, rate < RED_BELOW ? "red" : "yellow");
  return rate === 1 ? paint(text, "green") : text;
}

/** Of all levels. */
export function failedTokens(levels: LevelSummary[]): number {
  return levels.reduce((sum, { tokens }) => sum + tokens.failed_completion, 0);
}
