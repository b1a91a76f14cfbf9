import { ENGLISH_SAY, type Say } from "../report/language.ts";
import { span, whole } from "./figures.ts";
import type { PaceReading } from "./pace.ts";
import { apart, countedOf, failures, level, outlook, parting, percent, rates, ttft } from "./phrases.ts";
import type { Progress } from "./progress.ts";

const KINDS_NAMED = 5;

/** A run's state as one line for logs, without an end of line. */
export function plainLine(p: Progress, pace: PaceReading, say: Say = ENGLISH_SAY): string {
  const share = percent(p);
  const parts = [
    `${span(p.elapsedS)}: ${countedOf(p, say)}${share === null ? "" : ` (${share})`}`,
    say("{n} in flight", { n: whole(p.inFlight) }),
    rates(pace, say),
    ttft(p),
    p.failed > 0 ? failures(p, KINDS_NAMED, say) : null,
    apart(p, say),
    outlook(p, pace, say),
    parting(p, say)?.[0] ?? null,
    level(p, say),
  ];
  return parts.filter((part) => part !== null && part !== "").join("; ");
}
