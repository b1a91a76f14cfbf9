import type uPlot from "uplot";

/** Plots that show the same stretch of x: zooming one zooms all. */
export class PlotGroup {
  readonly #plots: uPlot[] = [];
  #busy = false;

  add(plot: uPlot): void {
    this.#plots.push(plot);
  }

  zoom(min: number, max: number): void {
    if (this.#busy) return;
    this.#busy = true;
    for (const plot of this.#plots) {
      if (plot.scales.x?.min !== min || plot.scales.x.max !== max) plot.setScale("x", { min, max });
    }
    this.#busy = false;
  }
}
