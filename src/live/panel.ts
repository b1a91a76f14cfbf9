import type { Say } from "../report/language.ts";
import { CURVES_FROM_COLUMNS, curveLines } from "./curve-lines.ts";
import { latency, short, span, whole } from "./figures.ts";
import type { PaceReading } from "./pace.ts";
import { cut, fit, type PanelStyle, paint } from "./panel-style.ts";
import { apart, counted, countedOf, failures, level, outlook, parting, percent, share } from "./phrases.ts";
import type { ClientState, Progress } from "./progress.ts";

const BAR_MIN = 8;
const BAR_MAX = 40;
const GAP = "  ";

/**
 * A run's state: how far it is and what is in flight, curves of the last seconds, how plumb itself does, and where it
 * is stopping or requests failed a line for that. None is wider than the style's columns; with fewer rows the last
 * of the curves go first.
 */
export function panelLines(p: Progress, pace: PaceReading, style: PanelStyle): string[] {
  const waiting = parting(p, style.say);
  const left = apart(p, style.say);
  const urgent = [
    ...(left === null ? [] : [paint(fit([left], style.columns), "yellow", style)]),
    ...(waiting === null ? [] : [paint(fit(waiting, style.columns), "yellow", style)]),
    ...(p.failed > 0 ? [paint(fit(failureVariants(p, style.say), style.columns), "red", style)] : []),
  ];
  const curves = style.columns >= CURVES_FROM_COLUMNS;
  const bar = barLine(p, pace, style);
  const first = [
    bar,
    fit(curves ? overallVariants(p, pace, style.say) : rateVariants(p, pace, style.say), style.columns),
  ];
  const named = level(p, style.say);
  if (p.levels > 1 && !bar.includes(named)) first.push(fit([named], style.columns));
  const room = Math.max(0, style.rows - first.length - urgent.length);
  const details = [
    ...curveLines(p, pace, style),
    ...(p.client === null ? [] : [fit(clientVariants(p.client, style.say), style.columns)]),
  ];
  return [...first, ...details.slice(0, room), ...urgent].slice(0, style.rows);
}

function barLine(p: Progress, pace: PaceReading, style: PanelStyle): string {
  const done = share(p);
  const soon = outlook(p, pace, style.say);
  const brief = join([percent(p), counted(p), soon]);
  const middling = join([percent(p), countedOf(p, style.say), soon]);
  const full = join([middling, level(p, style.say)]);
  if (done === null) return fit([full, middling, brief], style.columns);
  const room = style.columns - BAR_MIN - 1;
  const text = fit([full, middling, brief], Math.max(room, 0));
  const width = Math.max(0, Math.min(BAR_MAX, style.columns - Bun.stringWidth(text) - 1));
  return cut(`${bar(done, width, style)} ${p.stopping ? paint(text, "yellow", style) : text}`, style.columns);
}

function bar(done: number, width: number, style: PanelStyle): string {
  const filled = Math.floor(done * width);
  const [full, empty] = style.unicode ? ["█", "░"] : ["#", "-"];
  return paint(full.repeat(filled), "green", style) + paint(empty.repeat(width - filled), "dim", style);
}

/** Beside curves that say how it goes now. */
function overallVariants(p: Progress, pace: PaceReading, say: Say): string[] {
  const rates = { requests: short(pace.overallRequestsPerS), tokens: short(pace.overallOutputTokensPerS) };
  const overall = say("{requests} req/s, {tokens} output tok/s overall", rates);
  const flying = say("{n} in flight", { n: whole(p.inFlight) });
  const elapsed = say("{time} elapsed", { time: span(p.elapsedS) });
  return [join([flying, elapsed, overall]), join([flying, elapsed])];
}

function rateVariants(p: Progress, pace: PaceReading, say: Say): string[] {
  const flying = say("{n} in flight", { n: whole(p.inFlight) });
  const requests = say("{n} req/s", { n: short(pace.requestsPerS) });
  const n = short(pace.outputTokensPerS);
  const tokens = say("{n} tok/s", { n });
  return [
    join([flying, requests, say("{n} output tok/s", { n })]),
    join([flying, requests, tokens]),
    `${flying} ${requests} ${tokens}`,
    join([flying, requests]),
  ];
}

function clientVariants(client: ClientState, say: Say): string[] {
  const share = `${Math.round(100 * client.cpu)}%`;
  const cpu = say("{share} of a core", { share });
  const lag = say("loop lag {ms}", { ms: latency(client.loopLagMs) });
  const engine = say("engine at {share} of a core", { share });
  return [`plumb    ${engine}${GAP}${lag}`, `plumb ${cpu}, ${lag}`, `plumb ${cpu}`];
}

function failureVariants(p: Progress, say: Say): string[] {
  return Array.from({ length: p.errors.size + 1 }, (_, i) => failures(p, p.errors.size - i, say));
}

function join(parts: (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(GAP);
}
