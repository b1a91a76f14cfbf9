import type { Say } from "../report/language.ts";
import { printable } from "../report/printable.ts";
import { latency, short, span, whole } from "./figures.ts";
import type { PaceReading } from "./pace.ts";
import type { Progress } from "./progress.ts";

/** The pieces of text that the panel and the plain line are put together from. */

/** 0 to 1, by count or by time, whichever is nearer to its end; null where the run's length is not known. */
export function share(p: Progress): number | null {
  const counted = p.total === null || p.total === 0 ? null : p.done / p.total;
  if (counted === null && p.timeShare === null) return null;
  return Math.min(1, Math.max(0, counted ?? 0, p.timeShare ?? 0));
}

/** Rounded down: 100% is said only when all have ended. */
export function percent(p: Progress): string | null {
  const done = share(p);
  return done === null ? null : `${Math.floor(done * 100)}%`;
}

export function counted(p: Progress): string {
  return p.total === null || p.total === 0 ? whole(p.done) : `${whole(p.done)}/${whole(p.total)}`;
}

/** "6,250/10,000 requests" */
export function countedOf(p: Progress, say: Say): string {
  return say(p.conversations ? "{done} conversations" : "{done} requests", { done: counted(p) });
}

export function outlook(p: Progress, pace: PaceReading, say: Say): string | null {
  if (p.stopping) return say("stopping");
  return pace.leftS === null ? null : say("{time} left", { time: span(pace.leftS) });
}

/** What a run that sends nothing more waits for, and the way not to; the longest first. null: it still sends. */
export function parting(p: Progress, say: Say): string[] | null {
  if (!p.stopping) return null;
  return [
    say("sends nothing more, waits for what is in flight; the next Ctrl-C gives that up"),
    say("waits for what is in flight; the next Ctrl-C gives it up"),
    say("the next Ctrl-C gives up what is in flight"),
    say("Ctrl-C gives up the rest"),
  ];
}

/** "level 2/3: 64 at once"; the label alone where there is but one level. */
export function level(p: Progress, say: Say): string {
  const label = printable(p.levelLabel);
  return p.levels > 1 ? say("level {n}/{all}: {label}", { n: `${p.level + 1}`, all: `${p.levels}`, label }) : label;
}

export function ttft(p: Progress): string | null {
  if (p.ttftP50 === null || p.ttftP99 === null) return null;
  return `TTFT p50 ${latency(p.ttftP50)}, p99 ${latency(p.ttftP99)}`;
}

/** "12 failed: http_5xx 8, reset 3, +1 kind", commonest first. */
export function failures(p: Progress, kinds: number, say: Say): string {
  const sorted = [...p.errors].sort((a, b) => b[1] - a[1]);
  const named = sorted.slice(0, kinds).map(([kind, n]) => `${printable(kind)} ${whole(n)}`);
  const rest = sorted.length - named.length;
  if (rest > 0) named.push(say(rest === 1 ? "+{n} kind" : "+{n} kinds", { n: `${rest}` }));
  const n = whole(p.failed);
  if (named.length === 0) return say("{n} failed", { n });
  return say("{n} failed: {kinds}", { n, kinds: named.join(", ") });
}

/** "588 not sent or given up on purpose"; null: none. */
export function apart(p: Progress, say: Say): string | null {
  return p.apart === 0 ? null : say("{n} not sent or given up on purpose", { n: whole(p.apart) });
}

export function rates(pace: PaceReading, say: Say): string {
  const tokens = say("{n} output tok/s", { n: short(pace.outputTokensPerS) });
  return `${say("{n} req/s", { n: short(pace.requestsPerS) })}, ${tokens}`;
}
