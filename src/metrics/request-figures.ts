import type { ColumnRow, LevelTotals, RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { distributionOf } from "./distribution.ts";
import { columnSql, REQUEST_METRICS, type RequestMetric, type RequestMetricKey, scansOf } from "./request-metrics.ts";
import { isInside, type Window } from "./steady.ts";
import type { Distribution } from "./summary-model.ts";

/** A figure of the whole level and of its steady window: of the requests sent inside, wherever they end. */
export interface Pair {
  whole: Distribution | null;
  steady: Distribution | null;
}

const ABSENT: Pair = { whole: null, steady: null };

/** Every metric of a level that has one value a request. */
export function requestFigures(
  reader: RunReader,
  level: RecordedLevel,
  { offered }: LevelTotals,
  window: Window | null,
): Record<RequestMetricKey, Pair> {
  const figures = Object.fromEntries(Object.keys(REQUEST_METRICS).map((key) => [key, ABSENT]));
  const wanted = Object.values(REQUEST_METRICS).filter((metric) => level.rate !== null || metric.openLoopOnly !== true);
  for (const metrics of scansOf(wanted, offered)) {
    const found = collect(reader, level, offered, metrics, window);
    metrics.forEach(({ key }, i) => {
      figures[key] = found[i]!.pair();
    });
  }
  return figures as Record<RequestMetricKey, Pair>;
}

function collect(
  reader: RunReader,
  level: RecordedLevel,
  offered: number,
  metrics: RequestMetric[],
  window: Window | null,
): DividedValues[] {
  const columns = metrics.map((metric) => columnSql(metric, level));
  const values = metrics.map(() => new DividedValues(offered));
  for (const block of reader.columns(level, "sent_time", columns)) {
    values.forEach((of, i) => {
      of.add(block, i + 1, window);
    });
  }
  return values;
}

/** Values in one array: those of the steady window from its front, the others from its end. */
class DividedValues {
  readonly #values: Float64Array;
  #inside = 0;
  #outside = 0;

  /** @param most how many there can be */
  constructor(most: number) {
    this.#values = new Float64Array(most);
  }

  /** @param place of the value in a row, behind the time when its request was sent */
  add(rows: ColumnRow<"sent_time">[], place: number, window: Window | null): void {
    const values = this.#values;
    let inside = this.#inside;
    let outside = values.length - this.#outside;
    for (const row of rows) {
      const value = row[place] ?? null;
      if (value === null) continue;
      if (window !== null && isInside(window, row[0])) values[inside++] = value;
      else values[--outside] = value;
    }
    this.#inside = inside;
    this.#outside = values.length - outside;
  }

  /** Once: it puts the values together. */
  pair(): Pair {
    const steady = distributionOf(this.#values.subarray(0, this.#inside));
    this.#values.copyWithin(this.#inside, this.#values.length - this.#outside);
    return { whole: distributionOf(this.#values.subarray(0, this.#inside + this.#outside)), steady };
  }
}
