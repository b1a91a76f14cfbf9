import { figure } from "../../figure-text.ts";
import type { AlternativeTable, ChartSpec } from "./chart-spec.ts";
import { element } from "./element.ts";
import { numeric, table } from "./table.ts";
import { say } from "./words.ts";

const MOST_ROWS = 40;

/** The chart's figures as a table that opens: for who reads with a screen reader, and for copying. */
export function figuresTable(spec: ChartSpec): HTMLElement {
  const { columns, rows } = spec.table ?? thinned(spec);
  return element(
    "details",
    { class: "figures" },
    element("summary", {}, `${say("figures")}: ${spec.title}`),
    table(spec.title, columns.map(numeric), rows),
  );
}

/** Every k-th point, so that a long run's table can still be heard to its end. */
function thinned({ x, xs, lines }: ChartSpec): AlternativeTable {
  const every = Math.max(1, Math.ceil(xs.length / MOST_ROWS));
  const places = xs.map((_, place) => place).filter((place) => place % every === 0);
  return {
    columns: [withUnit(x.label, x.unit.name), ...lines.map(({ label, unit }) => withUnit(label, unit.name))],
    rows: places.map((place) => [figure(xs[place]!), ...lines.map(({ values }) => figure(values[place] ?? null))]),
  };
}

function withUnit(label: string, unit: string): string {
  return unit === "" || label.includes(unit) ? label : `${label}, ${unit}`;
}
