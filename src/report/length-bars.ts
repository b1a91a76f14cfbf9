import { quantile } from "../metrics/quantile.ts";
import { whole } from "./figure-text.ts";
import { ENGLISH_SAY, type Say } from "./language.ts";
import { alignedLines } from "./text-table.ts";

const BARS = 12;
const WIDEST = 40;
/** Steps between edges that people count in. */
const STEPS = [1, 2, 5];

/** Some of the values, which are told apart in a column of their own. */
export interface ValuesOfPart {
  name: string;
  values: number[];
}

/**
 * A histogram of whole numbers in text, a line a class, equally wide; what lies above the 99th percentile is in the
 * last class, so that a single long one does not squeeze all others into the first.
 * @param parts beside the count of all, theirs; the first line then names the columns
 */
export function barLines(values: number[], parts: ValuesOfPart[] = [], say: Say = ENGLISH_SAY): string[] {
  if (values.length === 0) return [];
  const sorted = Float64Array.from(values).sort();
  const least = sorted[0]!;
  const step = stepFor(quantile(sorted, 990) - least + 1);
  const first = Math.floor(least / step) * step;
  const last = Math.floor((quantile(sorted, 990) - first) / step);
  const inClasses = (all: Iterable<number>): number[] => {
    const counts = new Array<number>(last + 1).fill(0);
    for (const value of all) counts[Math.min(last, Math.floor((value - first) / step))]!++;
    return counts;
  };
  const classes = inClasses(sorted);
  const columns = parts.map((part) => inClasses(part.values));
  const most = Math.max(...classes);
  const rows = classes.map((count, index) => {
    const from = first + index * step;
    const to = index === last ? Math.max(from + step - 1, sorted.at(-1)!) : from + step - 1;
    const bar = "█".repeat(count === 0 ? 0 : Math.max(1, Math.round((count / most) * WIDEST)));
    const range = from === to ? whole(from) : say("{from} to {to}", { from: whole(from), to: whole(to) });
    return [range, whole(count), ...columns.map((counts) => whole(counts[index]!)), bar];
  });
  const header = parts.length === 0 ? [] : [["", say("all"), ...parts.map(({ name }) => name), ""]];
  return alignedLines([...header, ...rows], ["right", "right", ...parts.map(() => "right" as const), "left"]);
}

function stepFor(range: number): number {
  const smallest = range / BARS;
  for (let size = 1; ; size *= 10) {
    const step = STEPS.map((part) => part * size).find((candidate) => candidate >= smallest);
    if (step !== undefined) return step;
  }
}
