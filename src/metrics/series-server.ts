import type { ServerSampleRow } from "../record/rows.ts";
import type { ServerOverTime } from "./series-model.ts";
import { type ServerFigure, serverFigure } from "./server-names.ts";

/** How the series of one moment (replicas, GPUs) make one value: as in the level's summary. */
const GAUGES = {
  running: "sum",
  waiting: "sum",
  kvCacheUse: "mean",
  prefixHitRate: "mean",
  gpuPowerW: "sum",
  gpuUsePercent: "mean",
} as const satisfies Partial<Record<ServerFigure, "sum" | "mean">>;

/** What the server's own metrics page and its GPUs' said, in bins. Rows come in order of time. */
export class ServerSeries {
  readonly #gauges: Record<keyof typeof GAUGES, Gauge>;
  readonly #hits: Counter;
  readonly #queries: Counter;

  constructor(bins: number) {
    const of = (name: keyof typeof GAUGES) => new Gauge(bins, GAUGES[name]);
    this.#gauges = {
      running: of("running"),
      waiting: of("waiting"),
      kvCacheUse: of("kvCacheUse"),
      prefixHitRate: of("prefixHitRate"),
      gpuPowerW: of("gpuPowerW"),
      gpuUsePercent: of("gpuUsePercent"),
    };
    this.#hits = new Counter(bins);
    this.#queries = new Counter(bins);
  }

  /** @param place the bin; one outside the axis only says what counters count on from */
  add(row: ServerSampleRow, place: number): void {
    const figure = serverFigure(row.name);
    if (figure === null) return;
    if (figure === "prefixHits") this.#hits.add(row, place);
    else if (figure === "prefixQueries") this.#queries.add(row, place);
    else if (isGauge(figure)) this.#gauges[figure].add(row, place);
  }

  /** null: nothing of it was ever read. */
  series(): ServerOverTime | null {
    const { running, waiting, kvCacheUse, prefixHitRate, gpuPowerW, gpuUsePercent } = this.#gauges;
    const gauged = prefixHitRate.values();
    const rates = this.#queries.sums.map((queries, place) =>
      queries > 0 ? rounded(this.#hits.sums[place]! / queries) : gauged[place]!,
    );
    const series = {
      running: running.values(),
      waiting: waiting.values(),
      kvCacheUse: kvCacheUse.values(),
      prefixHitRate: rates,
      gpuPowerW: gpuPowerW.values(),
      gpuUse: gpuUsePercent.values().map((value) => (value === null ? null : rounded(value / 100))),
    };
    return Object.values(series).every((values) => values.every((value) => value === null)) ? null : series;
  }
}

function isGauge(figure: ServerFigure): figure is keyof typeof GAUGES {
  return Object.hasOwn(GAUGES, figure);
}

/** Means over a bin's moments. */
class Gauge {
  readonly #sums: number[];
  readonly #counts: number[];
  readonly #how: "sum" | "mean";
  #moment = { time: Number.NaN, place: 0, sum: 0, count: 0 };

  constructor(bins: number, how: "sum" | "mean") {
    this.#how = how;
    this.#sums = new Array(bins).fill(0);
    this.#counts = new Array(bins).fill(0);
  }

  add({ time, value }: ServerSampleRow, place: number): void {
    if (time !== this.#moment.time) {
      this.#close();
      this.#moment = { time, place, sum: 0, count: 0 };
    }
    this.#moment.sum += value;
    this.#moment.count++;
  }

  values(): (number | null)[] {
    this.#close();
    return this.#sums.map((sum, place) => (this.#counts[place] === 0 ? null : rounded(sum / this.#counts[place]!)));
  }

  #close(): void {
    const { place, sum, count } = this.#moment;
    this.#moment.count = 0;
    if (count === 0 || place < 0 || place >= this.#sums.length) return;
    this.#sums[place]! += this.#how === "sum" ? sum : sum / count;
    this.#counts[place]!++;
  }
}

/** By how much counters went up, all series together, at the reading that says so; one that went down began anew. */
class Counter {
  readonly sums: number[];
  readonly #last = new Map<string, number>();

  constructor(bins: number) {
    this.sums = new Array(bins).fill(0);
  }

  add({ name, labels, value }: ServerSampleRow, place: number): void {
    const key = `${name}${labels}`;
    const last = this.#last.get(key);
    this.#last.set(key, value);
    if (last === undefined || place < 0 || place >= this.sums.length) return;
    this.sums[place]! += value >= last ? value - last : value;
  }
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
