import type uPlot from "uplot";
import type { ChartSpec } from "./chart-spec.ts";
import { element } from "./element.ts";

/** Names of the lines, which switch them, with the values under the cursor. */
export class ChartLegend {
  readonly root = element("div", { class: "legend" });
  readonly #spec: ChartSpec;
  readonly #x = element("span", { class: "at" });
  readonly #values: HTMLElement[] = [];

  constructor(spec: ChartSpec, toggle: (line: number, shown: boolean) => void) {
    this.#spec = spec;
    for (const [place, line] of spec.lines.entries()) {
      if (line.shape === "none") continue;
      const value = element("span", { class: "value" });
      this.#values[place] = value;
      const name = element(
        "button",
        { type: "button", class: "line", "aria-pressed": "true" },
        element("span", { class: `swatch ${line.color}${line.dashed ? " dashed" : ""}` }),
        line.label,
      );
      name.addEventListener("click", () => {
        const shown = name.getAttribute("aria-pressed") !== "true";
        name.setAttribute("aria-pressed", String(shown));
        toggle(place, shown);
      });
      this.root.append(element("span", { class: "entry" }, name, value));
    }
    for (const { label, color } of spec.keys ?? []) {
      const swatch = element("span", { class: `swatch ${color}` });
      this.root.append(element("span", { class: "entry" }, element("span", { class: "line" }, swatch, label)));
    }
    this.root.append(this.#x);
  }

  /** Shows the values under the cursor; returns them as a sentence for who cannot see them. */
  show(plot: uPlot): string {
    const { x, lines, readout, find } = this.#spec;
    const at = plot.cursor.idxs?.find((place, line) => place !== null && (line > 0 || find === undefined)) ?? null;
    const position = at === null ? null : (plot.data[0][at] ?? null);
    const told = position === null || at === null ? "" : (readout?.(at) ?? x.unit.show(position));
    this.#x.textContent = told;
    const parts = [told];
    for (const [place, line] of lines.entries()) {
      const cell = this.#values[place];
      if (cell === undefined) continue;
      const index = plot.cursor.idxs?.[place + 1] ?? null;
      const value = index === null || readout !== undefined ? null : (plot.data[place + 1]![index] ?? null);
      cell.textContent = value === null ? "" : line.unit.show(value);
      if (value !== null) parts.push(`${line.label} ${line.unit.show(value)}`);
    }
    return told === "" ? "" : parts.join(", ");
  }
}
