import type uPlot from "uplot";
import type { LevelSummary } from "../../../metrics/summary-model.ts";
import { figure } from "../../figure-text.ts";
import { chart, drawCharts } from "./chart.ts";
import type { ChartSpec, Values } from "./chart-spec.ts";
import { element } from "./element.ts";
import { scaledFont } from "./font.ts";
import { levelName, loadOf } from "./levels.ts";
import { resolve } from "./palette.ts";
import { MS, REQUESTS_PER_S, TOKENS_PER_S, tick, type Unit } from "./units.ts";
import { capital, say } from "./words.ts";

interface Cost {
  name: string;
  unit: Unit;
  of(level: LevelSummary): number | null;
  /** Whether more of it is better. */
  more: boolean;
}

interface Point {
  level: LevelSummary;
  x: number;
  y: number;
}

/** Latency figures to choose from, beside which throughput stands. */
function costs(): Cost[] {
  const latencies = (["ttft_ms", "tpot_ms", "latency_ms"] as const).flatMap((key) =>
    (["p50", "p99"] as const).map((quantile) => ({
      name: `${key === "latency_ms" ? say("latency") : key.slice(0, 4).toUpperCase()} ${quantile}`,
      unit: MS,
      of: (level: LevelSummary) => level[key]?.[quantile] ?? null,
      more: false,
    })),
  );
  const interactivity = (level: LevelSummary) => (level.tpot_ms === null ? null : 1000 / level.tpot_ms.p50);
  return [...latencies, { name: say("interactivity"), unit: TOKENS_PER_S, of: interactivity, more: true }];
}

/** Throughput against a latency figure, with a choice of the figure. */
export function paretoChart(levels: LevelSummary[]): HTMLElement {
  const known = costs().filter(({ of }) => levels.some((level) => of(level) !== null));
  const first = known.find(({ name }) => name === `${say("latency")} p50`) ?? known[0];
  const holder = element("div", { class: "wide" });
  if (first === undefined) return holder;
  const show = (cost: Cost): void => holder.lastElementChild!.replaceWith(chart(paretoSpec(levels, cost)));
  const choice = element("select", {}, ...known.map(({ name }) => element("option", {}, name)));
  choice.selectedIndex = known.indexOf(first);
  choice.addEventListener("change", () => {
    show(known[choice.selectedIndex] ?? first);
    drawCharts();
  });
  holder.append(element("label", { class: "choice" }, `${capital(say("measure"))} `, choice), element("div"));
  show(first);
  return holder;
}

function paretoSpec(levels: LevelSummary[], cost: Cost): ChartSpec {
  const tokens = levels.some(({ throughput }) => throughput.output_tokens_per_s !== null);
  const points = levels
    .flatMap((level) => {
      const [x, y] = [cost.of(level), level.throughput[tokens ? "output_tokens_per_s" : "requests_per_s"]];
      return x === null || y === null ? [] : [{ level, x, y }];
    })
    .toSorted((a, b) => a.x - b.x || b.y - a.y);
  const front = paretoFront(points, cost.more);
  const unit = tokens ? TOKENS_PER_S : REQUESTS_PER_S;
  const label = tokens ? say("outputThroughput") : say("throughput");
  const ys: Values = points.map(({ y }) => y);
  return {
    title: `${say("pareto")} (${cost.name})`,
    note: say("paretoNote"),
    wide: true,
    height: 340,
    x: { label: cost.name, unit: cost.unit, range: padded(points) },
    xs: points.map(({ x }) => x),
    y: { label, unit },
    lines: [
      {
        label: say("paretoFront"),
        color: "grey",
        values: ys.map((y, i) => (front.has(points[i]!) ? y : null)),
        unit,
        shape: "line",
      },
      { label: say("levels"), color: "blue", values: ys, unit, shape: "points", dots: true },
    ],
    draw: (plot) => labelPoints(plot, points),
    readout: (at) => {
      const { level, x, y } = points[at]!;
      return `${levelName(level, levels)}: ${cost.unit.show(x)}, ${unit.show(y)}`;
    },
    table: {
      columns: [say("level"), `${cost.name}, ${cost.unit.name}`, `${label}, ${unit.name}`, say("paretoFront")],
      rows: points.map((p) => [levelName(p.level, levels), figure(p.x), figure(p.y), front.has(p) ? "●" : ""]),
    },
  };
}

/**
 * Room beside the first and the last point, where their names stand; so much that points which are nearly the same do not
 * look far apart.
 */
function padded(points: Point[]): [number, number] {
  const [least, most] = [points[0]?.x ?? 0, points.at(-1)?.x ?? 1];
  const room = Math.max((most - least) * 0.04, most * 0.1) || 1;
  return [Math.max(0, least - room), most + room];
}

/** The points than which no other is better in both. @param more whether a larger x is better; a larger y always is */
function paretoFront(points: Point[], more: boolean): Set<Point> {
  const front = new Set<Point>();
  let best = Number.NEGATIVE_INFINITY;
  // Best x first, and of equal x the best y: whoever has a better y than all before is not beaten.
  for (const point of more ? points.toSorted((a, b) => b.x - a.x || b.y - a.y) : points) {
    if (point.y <= best) continue;
    best = point.y;
    front.add(point);
  }
  return front;
}

function labelPoints(plot: uPlot, points: Point[]): void {
  const { ctx, bbox } = plot;
  ctx.font = scaledFont();
  ctx.fillStyle = resolve("ink");
  for (const { level, x, y } of points) {
    const left = plot.valToPos(x, "x", true);
    const near = left > bbox.left + bbox.width - 40 * devicePixelRatio;
    ctx.textAlign = near ? "right" : "left";
    ctx.fillText(
      tick(loadOf(level)!),
      left + (near ? -7 : 7) * devicePixelRatio,
      plot.valToPos(y, "y", true) - 6 * devicePixelRatio,
    );
  }
}
