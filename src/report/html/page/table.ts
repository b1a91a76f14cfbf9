import { element } from "./element.ts";
import { capital } from "./words.ts";

export interface Column {
  title: string;
  /** Numbers stand right, so that digits of one place stand below each other. */
  numeric: boolean;
}

export type Cell = string | Node;

/** A table that scrolls by itself where it is wider than the page. The first cell of a row is its heading. */
export function table(caption: string, columns: Column[], rows: Cell[][]): HTMLElement {
  const kind = (place: number): Record<string, string> => (columns[place]?.numeric ? { class: "number" } : {});
  const head = columns.map(({ title }, place) => element("th", { scope: "col", ...kind(place) }, title));
  const body = rows.map((cells) =>
    element(
      "tr",
      {},
      ...cells.map((cell, place) =>
        place === 0 ? element("th", { scope: "row", ...kind(0) }, cell) : element("td", kind(place), cell),
      ),
    ),
  );
  const made = element(
    "table",
    {},
    element("caption", {}, capital(caption)),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
  // Focusable, so that the keyboard can scroll it.
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, made);
}

export const text = (title: string): Column => ({ title, numeric: false });
export const numeric = (title: string): Column => ({ title, numeric: true });
