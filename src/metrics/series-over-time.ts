import type { RecordedLevel } from "../record/level-record.ts";
import type { SampleRow, ServerSampleRow } from "../record/rows.ts";
import { Bins, roundLength } from "./series-bins.ts";
import { LogCounts } from "./series-histogram.ts";
import type { OverTime, WindowQuantiles } from "./series-model.ts";
import type { ChartedRequest } from "./series-rows.ts";
import { ServerSeries } from "./series-server.ts";

const MOST_BINS = 1000;
/** A shorter run has bins of less than a second, about so many. */
const FEW_BINS = 60;
const LEAST_BIN_S = 0.05;
/** Windows of percentiles: so many at the most, and fewer where each would hold less than this many requests. */
const MOST_WINDOWS = 100;
const LEAST_WINDOWS = 8;
const WINDOW_REQUESTS = 200;
/** Buckets of 1.2%: a window's percentile is true to 0.6%. */
const PER_DECADE = 200;

/** Gathers a run on one axis of time, request by request. Memory: 2 MB at the most, whatever the run's length. */
export class OverTimeSeries {
  readonly #start: number;
  readonly #bin: number;
  readonly #bins: number;
  readonly #sent: Bins;
  readonly #succeeded: Bins;
  readonly #tokens: Bins;
  readonly #presence: Bins;
  readonly #errors = new Map<string, Bins>();
  readonly #ttft: Windows;
  readonly #latency: Windows;
  readonly #cpu: (number | null)[];
  readonly #loopLag: (number | null)[];
  readonly #server: ServerSeries;

  /** @param start Unix seconds; @param length seconds */
  constructor(start: number, length: number, requests: number) {
    this.#start = start;
    this.#bin = binLength(length);
    this.#bins = Math.max(1, Math.ceil(length / this.#bin));
    this.#sent = this.#newBins();
    this.#succeeded = this.#newBins();
    this.#tokens = this.#newBins();
    this.#presence = this.#newBins();
    const windows = Math.min(MOST_WINDOWS, Math.max(LEAST_WINDOWS, Math.floor(requests / WINDOW_REQUESTS)));
    const window = roundLength(Math.max(length, LEAST_BIN_S) / windows);
    this.#ttft = new Windows(length, window);
    this.#latency = new Windows(length, window);
    this.#cpu = new Array(this.#bins).fill(null);
    this.#loopLag = new Array(this.#bins).fill(null);
    this.#server = new ServerSeries(this.#bins);
  }

  /** @param latency seconds, by the level's definition of it */
  add(request: ChartedRequest, latency: number | null): void {
    if (request.sent === null) return;
    const sent = request.sent - this.#start;
    this.#sent.add(sent, 1);
    if (request.completed === null) return;
    const completed = request.completed - this.#start;
    this.#presence.spread(sent, completed, completed - sent);
    if (!request.success) {
      this.#errorsOf(request.errorKind ?? "unknown").add(completed, 1);
      return;
    }
    this.#succeeded.add(completed, 1);
    const first = sent + (request.firstOutput ?? completed - sent);
    if (request.completionTokens !== null) this.#tokens.spread(first, completed, request.completionTokens);
    if (latency !== null) this.#latency.add(sent, latency * 1000);
    if (request.isStream && request.firstOutput !== null) this.#ttft.add(sent, request.firstOutput * 1000);
  }

  addSample({ time, engine, cpu, loopLagMs }: SampleRow): void {
    // Main's samples tell of the recording, which no stamp waits for.
    if (engine < 0) return;
    const place = this.#place(time);
    if (place < 0 || place >= this.#bins) return;
    this.#cpu[place] = Math.max(this.#cpu[place] ?? 0, rounded(cpu));
    this.#loopLag[place] = Math.max(this.#loopLag[place] ?? 0, rounded(loopLagMs));
  }

  /** In order of time, from before the first level on. */
  addServerSample(row: ServerSampleRow): void {
    this.#server.add(row, this.#place(row.time));
  }

  series(levels: RecordedLevel[], end: number): OverTime {
    const errors = [...this.#errors].map(([kind, bins]): [string, number[]] => [kind, bins.perSecond()]);
    return {
      bin: this.#bin,
      sent: this.#sent.perSecond(),
      succeeded: this.#succeeded.perSecond(),
      outputTokens: this.#tokens.perSecond(),
      inFlight: this.#presence.perSecond(),
      errors: Object.fromEntries(errors),
      window: this.#ttft.length,
      ttftMs: this.#ttft.quantiles(),
      latencyMs: this.#latency.quantiles(),
      clientCpu: this.#cpu,
      clientLoopLagMs: this.#loopLag,
      server: this.#server.series(),
      levels: levels.map(({ level, repeat, startTime, endTime }) => ({
        level,
        repeat,
        from: rounded(startTime - this.#start),
        to: rounded((endTime ?? end) - this.#start),
      })),
    };
  }

  /** The bin of a Unix time; none where it is outside the axis. */
  #place(time: number): number {
    return Math.floor((time - this.#start) / this.#bin);
  }

  #newBins(): Bins {
    return new Bins(this.#bins, this.#bin);
  }

  #errorsOf(kind: string): Bins {
    const known = this.#errors.get(kind);
    if (known !== undefined) return known;
    const bins = this.#newBins();
    this.#errors.set(kind, bins);
    return bins;
  }
}

class Windows {
  readonly length: number;
  readonly #windows: LogCounts[];

  constructor(span: number, length: number) {
    this.length = length;
    this.#windows = Array.from({ length: Math.max(1, Math.ceil(span / length)) }, () => new LogCounts(PER_DECADE));
  }

  add(time: number, ms: number): void {
    this.#windows[Math.min(Math.max(Math.floor(time / this.length), 0), this.#windows.length - 1)]!.add(ms);
  }

  /** A percentile needs values beyond it: p90 at least 10 requests in a window, p99 100. */
  quantiles(): WindowQuantiles {
    const each = (permille: number, least: number) =>
      this.#windows.map((counts) => {
        const value = counts.quantile(permille, least);
        return value === null ? null : rounded(value);
      });
    return { p50: each(500, 1), p90: each(900, 10), p99: each(990, 100) };
  }
}

function binLength(length: number): number {
  if (length <= FEW_BINS) return Math.max(LEAST_BIN_S, roundLength(Math.max(length, LEAST_BIN_S) / FEW_BINS));
  return Math.max(1, roundLength(length / MOST_BINS));
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
