import { latency, short, span, whole } from "./figures.ts";
import type { PaceReading } from "./pace.ts";
import { counted, failures, level, outlook, percent, share } from "./phrases.ts";
import type { Progress } from "./progress.ts";

export interface PanelStyle {
  /** Width to fill at most, in terminal columns. */
  columns: number;
  color: boolean;
  /** Whether the terminal shows more than ASCII. */
  unicode: boolean;
}

const BAR_MIN = 8;
const BAR_MAX = 40;
const GAP = "  ";

const SGR = { green: 32, yellow: 33, red: 31, dim: 2 } as const;

/** A run's state in 3 lines, 4 where requests failed; none wider than the style's columns. */
export function panelLines(p: Progress, pace: PaceReading, style: PanelStyle): string[] {
  const lines = [barLine(p, pace, style), fit(rateVariants(p, pace), style.columns), latencyLine(p, style)];
  if (p.failed > 0) lines.push(paint(fit(failureVariants(p), style.columns), "red", style));
  return lines;
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

function rateVariants(p: Progress, pace: PaceReading): string[] {
  const flying = `${whole(p.inFlight)} in flight`;
  const requests = `${short(pace.requestsPerS)} req/s`;
  const tokens = short(pace.outputTokensPerS);
  const overall = [short(pace.overallRequestsPerS), short(pace.overallOutputTokensPerS)];
  return [
    join([flying, `${requests} (overall ${overall[0]})`, `${tokens} output tok/s (overall ${overall[1]})`]),
    join([flying, requests, `${tokens} output tok/s`]),
    join([flying, requests, `${tokens} tok/s`]),
    `${flying} ${requests} ${tokens} tok/s`,
    join([flying, requests]),
  ];
}

function latencyLine(p: Progress, style: PanelStyle): string {
  const elapsed = `${span(p.elapsedS)} elapsed`;
  if (p.ttftP50 === null || p.ttftP99 === null) return cut(elapsed, style.columns);
  const quantiles = join([`TTFT p50 ${latency(p.ttftP50)}`, `p99 ${latency(p.ttftP99)}`]);
  return fit([join([quantiles, elapsed]), quantiles], style.columns);
}

function failureVariants(p: Progress): string[] {
  return Array.from({ length: p.errors.size + 1 }, (_, i) => failures(p, p.errors.size - i));
}

/** The first variant that has room, the last one cut where none has. */
function fit(variants: string[], columns: number): string {
  return variants.find((text) => Bun.stringWidth(text) <= columns) ?? cut(variants.at(-1) ?? "", columns);
}

/** At most so many columns of a text. A slice keeps a wide character of which only the first half fits: cut again. */
function cut(text: string, columns: number): string {
  let end = columns;
  let kept = Bun.sliceAnsi(text, 0, end);
  while (end > 0 && Bun.stringWidth(kept) > columns) {
    end -= 1;
    kept = Bun.sliceAnsi(text, 0, end);
  }
  return kept;
}

function join(parts: (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== "").join(GAP);
}

function paint(text: string, color: keyof typeof SGR, style: PanelStyle): string {
  return style.color && text !== "" ? `\x1b[${SGR[color]}m${text}\x1b[0m` : text;
}
