import type uPlot from "uplot";
import type { ChartSpec } from "./chart-spec.ts";
import { extent } from "./plot-options.ts";

const ZOOM = 0.6;

/** Makes a focused chart obey the keyboard: arrows, Home and End move the cursor, + and - zoom, Escape shows all. */
export function moveByKeys(place: HTMLElement, plot: uPlot, spec: ChartSpec, reset: () => void): void {
  let at: number | null = null;
  const acts: Record<string, () => void> = {
    ArrowRight: () => show(next(spec, plot, at, 1)),
    ArrowLeft: () => show(next(spec, plot, at, -1)),
    Home: () => show(next(spec, plot, null, 1)),
    End: () => show(next(spec, plot, null, -1)),
    "+": () => zoom(ZOOM),
    "=": () => zoom(ZOOM),
    "-": () => zoom(1 / ZOOM),
    Escape: reset,
  };
  const show = (point: number | null): void => {
    if (point === null) return;
    at = point;
    plot.setCursor({ left: plot.valToPos(spec.xs[point]!, "x"), top: topOf(plot, spec, point) });
  };
  const zoom = (factor: number): void => {
    const { min, max } = plot.scales.x!;
    if (min == null || max == null) return;
    const middle = at === null ? (min + max) / 2 : spec.xs[at]!;
    const [first, last] = extent(spec);
    const bound = (value: number) => Math.min(Math.max(value, first), last);
    plot.setScale("x", {
      min: bound(middle - (middle - min) * factor),
      max: bound(middle + (max - middle) * factor),
    });
  };
  place.addEventListener("keydown", (event) => {
    const act = acts[event.key];
    if (act === undefined || event.target !== place || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}

/** The next point in view that has a value; null: there is none. */
function next({ xs, lines }: ChartSpec, plot: uPlot, from: number | null, step: 1 | -1): number | null {
  const { min, max } = plot.scales.x!;
  if (min == null || max == null) return null;
  const begin = from === null || xs[from]! < min || xs[from]! > max ? (step === 1 ? -1 : xs.length) : from;
  for (let point = begin + step; point >= 0 && point < xs.length; point += step) {
    const inView = xs[point]! >= min && xs[point]! <= max;
    if (inView && lines.some(({ values }) => values[point] !== null)) return point;
  }
  return null;
}

function topOf(plot: uPlot, { lines }: ChartSpec, point: number): number {
  const line = lines.find(({ values }) => values[point] != null);
  if (line === undefined) return 0;
  return plot.valToPos(line.values[point]!, line.right ? "right" : "y");
}
