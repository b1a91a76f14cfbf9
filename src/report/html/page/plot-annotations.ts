import type uPlot from "uplot";
import type { ChartSpec } from "./chart-spec.ts";
import { scaledFont } from "./font.ts";
import { resolve } from "./palette.ts";

/** Stretches of x with a name, below everything else. */
export function drawBands(plot: uPlot, { bands = [] }: ChartSpec): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  bands.forEach(({ from, to }, place) => {
    const [left, right] = insideOf(plot, from, to);
    ctx.fillStyle = resolve("band");
    if (place % 2 === 0) ctx.fillRect(left, bbox.top, right - left, bbox.height);
  });
  ctx.restore();
}

/** After everything else, because the grid would strike the names through. */
function nameBands(plot: uPlot, { bands = [] }: ChartSpec): void {
  const { ctx, bbox } = plot;
  ctx.textAlign = "center";
  ctx.fillStyle = resolve("muted");
  for (const { from, to, label } of bands) {
    const [left, right] = insideOf(plot, from, to);
    if (ctx.measureText(label).width > right - left - 8) continue;
    write(ctx, label, (left + right) / 2, bbox.top + 14 * devicePixelRatio);
  }
}

/** A stretch of x in device pixels, as far as it is in sight. */
function insideOf(plot: uPlot, from: number, to: number): [left: number, right: number] {
  const { left, width } = plot.bbox;
  return [Math.max(plot.valToPos(from, "x", true), left), Math.min(plot.valToPos(to, "x", true), left + width)];
}

/** Text with an edge of paper, so that it can be read over lines. */
function write(ctx: CanvasRenderingContext2D, text: string, left: number, bottom: number): void {
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineJoin = "round";
  ctx.lineWidth = 3 * devicePixelRatio;
  ctx.strokeStyle = resolve("paper");
  ctx.strokeText(text, left, bottom);
  ctx.restore();
  ctx.fillText(text, left, bottom);
}

/** What a chart draws itself, the names of its stretches, and its upright lines: over everything else. */
export function drawOver(plot: uPlot, spec: ChartSpec): void {
  const { marks = [], draw } = spec;
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw?.(plot);
  ctx.font = scaledFont();
  nameBands(plot, spec);
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
    write(ctx, label, begin, bbox.top + (12 + 14 * row) * devicePixelRatio);
  }
  ctx.restore();
}
