import uPlot from "uplot";
import { logTicks } from "./axis-ticks.ts";
import type { Axis, ChartSpec, Line } from "./chart-spec.ts";
import { FONT } from "./font.ts";
import { resolve } from "./palette.ts";
import { drawBands, drawOver } from "./plot-annotations.ts";
import { tick, ticks } from "./units.ts";

const CHARACTER_PX = 7;
const WHOLE_STEPS = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].flatMap((power) => [power, 2 * power, 5 * power]);

/** What uPlot needs to draw a chart. Colours are read at each drawing. */
export function plotOptions(spec: ChartSpec, width: number): uPlot.Options {
  return {
    width,
    height: spec.height ?? 260,
    legend: { show: false },
    padding: [10, spec.right === undefined ? 16 : 4, 0, 0],
    scales: {
      x: { time: false, distr: spec.x.log ? 3 : 1, range: (_, min, max) => [min, max] },
      y: upright(spec.y, spec),
      ...(spec.right !== undefined && { right: upright(spec.right, spec) }),
    },
    axes: [
      bottomAxis(spec.x),
      sideAxis(spec.y, "y", 3),
      ...(spec.right === undefined ? [] : [sideAxis(spec.right, "right", 1)]),
    ],
    series: [{}, ...spec.lines.map(series)],
    cursor: {
      drag: { x: true, y: false, dist: 5 },
      points: { size: 7 },
      ...(spec.group !== undefined && { sync: { key: spec.group } }),
      ...(spec.find !== undefined && { dataIdx: finder(spec) }),
    },
    hooks: { drawClear: [(plot) => drawBands(plot, spec)], draw: [(plot) => drawOver(plot, spec)] },
  };
}

/** The ends of x where nothing is zoomed. */
export function extent({ x, xs }: ChartSpec): [number, number] {
  if (x.range !== undefined) return x.range;
  const [min, max] = [xs[0]!, xs.at(-1)!];
  if (min < max) return [min, max];
  return x.log ? [min / 1.5, max * 1.5] : [min - 1, max + 1];
}

/** From 0, or below it where values are; room above for what is written there. */
function upright({ range }: Axis, { marks = [], bands = [] }: ChartSpec): uPlot.Scale {
  const room = marks.length + bands.length > 0 ? 1.18 : 1.06;
  return {
    range: range ?? ((_, min, max) => [Math.min(0, min ?? 0), max !== null && max > 0 ? max * room : 1]),
  };
}

/** "TTFT, ms"; either may be empty. */
function axisLabel({ label, unit }: Axis): string {
  return [label, unit.name].filter((part) => part !== "").join(", ");
}

function common(axis: Axis): uPlot.Axis {
  return {
    label: axisLabel(axis),
    labelFont: FONT,
    font: FONT,
    labelGap: 2,
    stroke: () => resolve("muted"),
    grid: { stroke: () => resolve("grid"), width: 1 },
    ticks: { stroke: () => resolve("grid"), width: 1, size: 4 },
    values: (_, values) => texts(axis, values),
    ...(axis.whole === true && { incrs: WHOLE_STEPS }),
    ...(axis.log === true && {
      splits: (_plot: uPlot, _axis: number, min: number, max: number) => logTicks(min, max),
      filter: (_plot: uPlot, splits: number[]) => splits,
    }),
  };
}

function texts({ log, most }: Axis, values: number[]): string[] {
  const all = log ? values.map(tick) : ticks(values);
  return most === undefined ? all : all.map((text, place) => (values[place]! > most ? "" : text));
}

function bottomAxis(axis: Axis): uPlot.Axis {
  return { ...common(axis), scale: "x", size: 34, labelSize: 20, space: 56 };
}

function sideAxis(axis: Axis, scaleKey: string, side: uPlot.Axis.Side): uPlot.Axis {
  return {
    ...common(axis),
    scale: scaleKey,
    side,
    labelSize: 22,
    space: 34,
    // Two axes' grids would not meet.
    ...(side === 1 && { grid: { show: false } }),
    size: (_, values) => 14 + CHARACTER_PX * Math.max(3, ...(values ?? []).map((value) => value.length)),
  };
}

function series(line: Line): uPlot.Series {
  const color = () => resolve(line.color);
  const points = line.shape === "points" || line.dots === true;
  return {
    label: line.label,
    scale: line.right ? "right" : "y",
    stroke: color,
    width: line.shape === "points" || line.shape === "none" ? 0 : 1.5,
    spanGaps: line.shape === "line",
    ...(line.filled && { fill: () => `${resolve(line.color)}33` }),
    ...(line.dashed && { dash: [5, 4] }),
    paths: pathsOf(line),
    points: { show: points, size: line.shape === "points" && !line.dots ? 4 : 6, width: 0, fill: color, stroke: color },
  };
}

function pathsOf({ shape }: Line): uPlot.Series.PathBuilder {
  if (shape === "line") return uPlot.paths.linear!();
  if (shape === "steps") return uPlot.paths.stepped!({ align: 1 });
  return () => null;
}

/** Of all lines only those with a value at the point that is found have one under the cursor. */
function finder(spec: ChartSpec): NonNullable<uPlot.Cursor["dataIdx"]> {
  return (plot, seriesIndex) => {
    const found = spec.find!(plot, plot.cursor.left ?? -1, plot.cursor.top ?? -1);
    if (seriesIndex === 0 || found === null) return found as number;
    return (plot.data[seriesIndex]![found] == null ? null : found) as number;
  };
}
