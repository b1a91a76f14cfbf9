import { quantile } from "../metrics/quantile.ts";
import { whole } from "./figure-text.ts";
import { alignedLines } from "./text-table.ts";

const BARS = 12;
const WIDEST = 40;
/** Steps between edges that people count in. */
const STEPS = [1, 2, 5];

/**
 * A histogram of whole numbers in text, a line a class, equally wide; what lies above the 99th percentile is in the
 * last class, so that a single long one does not squeeze all others into the first.
 */
export function barLines(values: number[]): string[] {
  if (values.length === 0) return [];
  const sorted = Float64Array.from(values).sort();
  const least = sorted[0]!;
  const step = stepFor(quantile(sorted, 990) - least + 1);
  const first = Math.floor(least / step) * step;
  const classes = new Array<number>(Math.floor((quantile(sorted, 990) - first) / step) + 1).fill(0);
  for (const value of sorted) classes[Math.min(classes.length - 1, Math.floor((value - first) / step))]!++;
  const most = Math.max(...classes);
  const rows = classes.map((count, index) => {
    const from = first + index * step;
    const to = index === classes.length - 1 ? Math.max(from + step - 1, sorted.at(-1)!) : from + step - 1;
    const bar = "█".repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * WIDEST)));
    return [from === to ? whole(from) : `${whole(from)} to ${whole(to)}`, whole(count), bar];
  });
  return alignedLines(rows, ["right", "right", "left"]);
}

function stepFor(range: number): number {
  const smallest = range / BARS;
  for (let size = 1; ; size *= 10) {
    const step = STEPS.map((part) => part * size).find((candidate) => candidate >= smallest);
    if (step !== undefined) return step;
  }
}
