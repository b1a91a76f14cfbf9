import { CURVES_FROM_COLUMNS, curveLines } from "./curve-lines.ts";
import { latency, short, span, whole } from "./figures.ts";
import type { PaceReading } from "./pace.ts";
import { cut, fit, type PanelStyle, paint } from "./panel-style.ts";
import { counted, failures, level, outlook, parting, percent, share } from "./phrases.ts";
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
  const waiting = parting(p);
  const urgent = [
    ...(waiting === null ? [] : [paint(fit(waiting, style.columns), "yellow", style)]),
    ...(p.failed > 0 ? [paint(fit(failureVariants(p), style.columns), "red", style)] : []),
  ];
  const curves = style.columns >= CURVES_FROM_COLUMNS;
  const bar = barLine(p, pace, style);
  const first = [bar, fit(curves ? overallVariants(p, pace) : rateVariants(p, pace), style.columns)];
  if (p.levels > 1 && !bar.includes(level(p))) first.push(fit([level(p)], style.columns));
  const room = Math.max(0, style.rows - first.length - urgent.length);
  const details = [
    ...curveLines(p, pace, style),
    ...(p.client === null ? [] : [fit(clientVariants(p.client), style.columns)]),
  ];
  return [...first, ...details.slice(0, room), ...urgent].slice(0, style.rows);
}

function barLine(p: Progress, pace: PaceReading, style: PanelStyle): string {
  const done = share(p);
  const soon = outlook(p, pace);
  const brief = join([percent(p), counted(p), soon]);
  const middling = join([percent(p), `${counted(p)} requests`, soon]);
  const full = join([middling, level(p)]);
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
function overallVariants(p: Progress, pace: PaceReading): string[] {
  const requests = `${short(pace.overallRequestsPerS)} req/s`;
  const tokens = `${short(pace.overallOutputTokensPerS)} output tok/s overall`;
  const flying = `${whole(p.inFlight)} in flight`;
  const elapsed = `${span(p.elapsedS)} elapsed`;
  return [join([flying, elapsed, `${requests}, ${tokens}`]), join([flying, elapsed])];
}

function rateVariants(p: Progress, pace: PaceReading): string[] {
  const flying = `${whole(p.inFlight)} in flight`;
  const requests = `${short(pace.requestsPerS)} req/s`;
  const tokens = short(pace.outputTokensPerS);
  return [
    join([flying, requests, `${tokens} output tok/s`]),
    join([flying, requests, `${tokens} tok/s`]),
    `${flying} ${requests} ${tokens} tok/s`,
    join([flying, requests]),
  ];
}

function clientVariants(client: ClientState): string[] {
  const cpu = `${Math.round(100 * client.cpu)}% of a core`;
  const lag = `loop lag ${latency(client.loopLagMs)}`;
  return [`plumb    engine at ${cpu}${GAP}${lag}`, `plumb ${cpu}, ${lag}`, `plumb ${cpu}`];
}

function failureVariants(p: Progress): string[] {
  return Array.from({ length: p.errors.size + 1 }, (_, i) => failures(p, p.errors.size - i));
}

function join(parts: (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(GAP);
}
