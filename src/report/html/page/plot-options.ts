import uPlot from "uplot";
import { logTicks } from "./axis-ticks.ts";
import type { Axis, ChartSpec, Line } from "./chart-spec.ts";
import { resolve } from "./palette.ts";
import { tick, ticks } from "./units.ts";

export const FONT = '12px system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif';
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
    values: (_, values) => (axis.log ? values.map(tick) : ticks(values)),
    ...(axis.whole === true && { incrs: WHOLE_STEPS }),
    ...(axis.log === true && {
      splits: (_plot: uPlot, _axis: number, min: number, max: number) => logTicks(min, max),
      filter: (_plot: uPlot, splits: number[]) => splits,
    }),
  };
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

function drawBands(plot: uPlot, { bands = [] }: ChartSpec): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = scaledFont();
  ctx.textAlign = "center";
  bands.forEach(({ from, to, label }, place) => {
    const left = Math.max(plot.valToPos(from, "x", true), bbox.left);
    const right = Math.min(plot.valToPos(to, "x", true), bbox.left + bbox.width);
    ctx.fillStyle = resolve("band");
    if (place % 2 === 0) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.fillStyle = resolve("muted");
    const fits = ctx.measureText(label).width < right - left - 8;
    if (fits) ctx.fillText(label, (left + right) / 2, bbox.top + 14 * devicePixelRatio);
  });
  ctx.restore();
}

function drawOver(plot: uPlot, { marks = [], draw }: ChartSpec): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw?.(plot);
  ctx.font = scaledFont();
  ctx.lineWidth = devicePixelRatio;
  let free = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { x, label } of marks) {
    const left = Math.round(plot.valToPos(x, "x", true));
    ctx.strokeStyle = resolve("muted");
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
    // Labels that would meet stand below each other.
    const width = ctx.measureText(label).width;
    const beside = left + width + 8 > bbox.left + bbox.width;
    const begin = beside ? left - width - 4 : left + 4;
    const row = Math.max(
      0,
      free.findIndex((end) => end < begin),
    );
    free = free.with(row, begin + width + 6);
    ctx.fillStyle = resolve("ink");
    ctx.textAlign = "left";
    ctx.fillText(label, begin, bbox.top + (12 + 14 * row) * devicePixelRatio);
  }
  ctx.restore();
}

/** The canvas counts device pixels. */
export function scaledFont(): string {
  return FONT.replace("12px", `${11 * devicePixelRatio}px`);
}
