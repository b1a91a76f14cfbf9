import { span, whole } from "./figures.ts";
import type { PaceReading } from "./pace.ts";
import { counted, failures, level, outlook, parting, percent, rates, ttft } from "./phrases.ts";
import type { Progress } from "./progress.ts";

const KINDS_NAMED = 5;

/** A run's state as one line for logs, without an end of line. */
export function plainLine(p: Progress, pace: PaceReading): string {
  const share = percent(p);
  const parts = [
    `${span(p.elapsedS)}: ${counted(p)} requests${share === null ? "" : ` (${share})`}`,
    `${whole(p.inFlight)} in flight`,
    rates(pace),
    ttft(p),
    p.failed > 0 ? failures(p, KINDS_NAMED) : null,
    outlook(p, pace),
    parting(p)?.[0] ?? null,
    level(p),
  ];
  return parts.filter((part) => part !== null && part !== "").join("; ");
}
