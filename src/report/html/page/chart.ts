import uPlot from "uplot";
import { saveImage } from "./chart-image.ts";
import { moveByKeys } from "./chart-keys.ts";
import { ChartLegend } from "./chart-legend.ts";
import type { ChartSpec } from "./chart-spec.ts";
import { figuresTable } from "./chart-table.ts";
import { button, element } from "./element.ts";
import { PlotGroup } from "./plot-group.ts";
import { extent, plotOptions } from "./plot-options.ts";
import { capital, say } from "./words.ts";

interface Drawn {
  plot: uPlot;
  place: HTMLElement;
}

const drawn = new Set<Drawn>();
const groups = new Map<string, PlotGroup>();
const waiting: (() => void)[] = [];

/** A chart with its title, legend, switches and table. It is drawn once it stands in the page: see `drawCharts`. */
export function chart(spec: ChartSpec): HTMLElement {
  const place = element("div", {
    class: "plot",
    tabindex: "0",
    role: "group",
    "aria-roledescription": "chart",
    "aria-label": `${spec.title}. ${spec.note} ${say("keys")}`,
  });
  const spoken = element("p", { class: "spoken", "aria-live": "polite" });
  const tools = element("span", { class: "tools" });
  const heading = element("div", { class: "heading" }, element("h3", {}, capital(spec.title)), tools);
  const figure = element("figure", { class: spec.wide ? "chart wide" : "chart" }, heading);
  if (spec.xs.length === 0 || spec.lines.every(({ values }) => values.every((value) => value === null))) {
    figure.append(element("p", { class: "note" }, say("noData")));
    return figure;
  }
  waiting.push(() => {
    const plot = draw(spec, place, spoken, figure);
    const reset = button(say("resetZoom"), () => resetZoom(plot, spec), { class: "tool reset" });
    tools.append(
      reset,
      button(say("image"), () => saveImage(spec, plot.ctx.canvas), { class: "tool" }),
    );
    moveByKeys(place, plot, spec, () => resetZoom(plot, spec));
  });
  figure.append(place, spoken, element("figcaption", { class: "note" }, spec.note), figuresTable(spec));
  return figure;
}

function draw(spec: ChartSpec, place: HTMLElement, spoken: HTMLElement, figure: HTMLElement): uPlot {
  const options = plotOptions(spec, place.clientWidth);
  const legend: ChartLegend = new ChartLegend(spec, (line, shown) => plot.setSeries(line + 1, { show: shown }));
  const group = groupOf(spec);
  const [first, last] = extent(spec);
  options.hooks = {
    ...options.hooks,
    setCursor: [
      (self) => {
        const told = legend.show(self);
        if (document.activeElement === place) spoken.textContent = told;
      },
    ],
    setScale: [
      (self, key) => {
        if (key !== "x") return;
        const { min, max } = self.scales.x!;
        if (min == null || max == null) return;
        figure.classList.toggle("zoomed", min > first || max < last);
        group?.zoom(min, max);
      },
    ],
  };
  const plot = new uPlot(options, [spec.xs, ...spec.lines.map(({ values }) => values)], place);
  plot.setScale("x", { min: first, max: last });
  group?.add(plot);
  drawn.add({ plot, place });
  place.after(legend.root);
  return plot;
}

function resetZoom(plot: uPlot, spec: ChartSpec): void {
  const [min, max] = extent(spec);
  plot.setScale("x", { min, max });
}

function groupOf({ group }: ChartSpec): PlotGroup | null {
  if (group === undefined) return null;
  const known = groups.get(group) ?? new PlotGroup();
  groups.set(group, known);
  return known;
}

/** Draws every chart made since the last call: their widths are known only now. */
export function drawCharts(): void {
  for (const begin of waiting.splice(0)) begin();
}

/** Forgets all charts, before the page is made anew. */
export function forgetCharts(): void {
  for (const { plot } of drawn) plot.destroy();
  drawn.clear();
  groups.clear();
  waiting.length = 0;
}

/** Fits every chart to the room that it has. */
export function fitCharts(): void {
  for (const { plot, place } of drawn) {
    const width = place.clientWidth;
    if (width > 0 && width !== plot.width) plot.setSize({ width, height: plot.height });
  }
}
