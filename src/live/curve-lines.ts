import { padded } from "../report/labelled-line.ts";
import { latency, short } from "./figures.ts";
import type { PaceReading } from "./pace.ts";
import { cut, type PanelStyle, paint } from "./panel-style.ts";
import type { Progress, RecentReading } from "./progress.ts";
import { RECENT_SECONDS } from "./recent-counts.ts";
import { sparkline } from "./sparkline.ts";

/** Below this width there is no room for curves that say something. */
export const CURVES_FROM_COLUMNS = 60;
const LABEL_WIDTH = 9;
const NAME_WIDTH = 5;
const GAP = "  ";

/** A figure with its curve. */
interface Cell {
  name: string;
  figure: string;
  curve: (number | null)[];
}

/** The rates and waits of the last seconds, a line each, two curves a line; narrow: a line of figures each wait. */
export function curveLines(p: Progress, pace: PaceReading, style: PanelStyle): string[] {
  const { ttft, tpot, latency: whole } = p.recent;
  const waits: [string, RecentReading | null][] = [
    ["TTFT", ttft],
    ["TPOT", tpot],
    [style.say("latency"), whole],
  ];
  const known = waits.filter((wait): wait is [string, RecentReading] => wait[1] !== null);
  if (style.columns < CURVES_FROM_COLUMNS) {
    return known.map(([name, { p50, p99 }]) =>
      cut(`${name} p50 ${latency(p50)}${GAP}p99 ${latency(p99)}`, style.columns),
    );
  }
  return [
    curveLine(style.say("rate"), rateCells(p, pace), style),
    ...known.map(([name, reading]) => curveLine(name, waitCells(reading), style)),
  ];
}

function rateCells({ recent }: Progress, pace: PaceReading): [Cell, Cell] {
  return [
    { name: "req/s", figure: short(pace.requestsPerS), curve: recent.requestsPerS },
    { name: "tok/s", figure: short(pace.outputTokensPerS), curve: recent.outputTokensPerS },
  ];
}

function waitCells({ p50, p99, p50Curve, p99Curve }: RecentReading): [Cell, Cell] {
  return [
    { name: "p50", figure: latency(p50), curve: p50Curve },
    { name: "p99", figure: latency(p99), curve: p99Curve },
  ];
}

/** "TTFT     p50    120 ms ▂▃▅  p99    840 ms ▁▂█" */
function curveLine(label: string, cells: [Cell, Cell], style: PanelStyle): string {
  const half = Math.floor((style.columns - LABEL_WIDTH - GAP.length) / 2);
  const text = cells.map(({ name, figure, curve }) => {
    const said = `${padded(name, NAME_WIDTH)} ${paint(figure.padStart(7), "bold", style)} `;
    const room = Math.min(RECENT_SECONDS, half - Bun.stringWidth(said));
    return said + paint(sparkline(curve, room, style.unicode), "cyan", style);
  });
  return cut(paint(padded(label, LABEL_WIDTH), "dim", style) + text.join(GAP), style.columns);
}
