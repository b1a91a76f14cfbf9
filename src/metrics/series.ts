import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { gapHistograms } from "./series-gaps.ts";
import { LogCounts } from "./series-histogram.ts";
import type { RunSeries } from "./series-model.ts";
import { failedRequests, slowestRequests } from "./series-noted.ts";
import { OverTimeSeries } from "./series-over-time.ts";
import { type ChartedRequest, chartedRequests, extentOf } from "./series-rows.ts";
import { RequestSampler, stretches } from "./series-sample.ts";
import { TurnSeries } from "./series-turns.ts";

/** Buckets of 0.23%, so that a distribution of a few percent's width still has a shape. */
const PER_DECADE = 1000;
const MOST_BUCKETS = 240;
/** A ladder of more levels has coarser histograms, so that the page stays small. */
const MANY_LEVELS = 50;
const FEW_BUCKETS = 60;
/** The server's counters count from the last reading before the first level, which is about a second old. */
const BEFORE_S = 5;

/** The histograms of one level, while they are counted. */
class LevelCounts {
  readonly ttft = new LogCounts(PER_DECADE);
  readonly tpot = new LogCounts(PER_DECADE);
  readonly latency = new LogCounts(PER_DECADE);

  constructor(readonly level: RecordedLevel) {}

  add(request: ChartedRequest, latency: number | null): void {
    if (!request.success) return;
    if (request.isStream && request.firstOutput !== null) this.ttft.add(request.firstOutput * 1000);
    if (request.timePerOutputToken !== null) this.tpot.add(request.timePerOutputToken * 1000);
    if (latency !== null) this.latency.add(latency * 1000);
  }
}

/**
 * Everything that a run's charts show. One pass over the requests, which stream; memory is about 0.1 MB a level and a
 * few MB besides.
 */
export function readSeries(reader: RunReader): RunSeries {
  return reader.snapshot(() => {
    const levels = reader.levels();
    const { requests, lastCompleted } = extentOf(reader);
    const start = levels[0]?.startTime ?? reader.run().startTime;
    const end = Math.max(lastCompleted ?? start, start);
    const overTime = new OverTimeSeries(start, end - start, requests);
    const sampler = new RequestSampler(start, requests);
    const turns = new TurnSeries();
    const counted = levels.map((level) => new LevelCounts(level));
    const places = new Map(levels.map(({ level, repeat }, place) => [`${level}/${repeat}`, place]));
    for (const request of chartedRequests(reader)) {
      const place = places.get(`${request.level}/${request.repeat}`);
      if (place === undefined) continue;
      const level = counted[place]!;
      const latency = headlineLatency(request, level.level);
      overTime.add(request, latency);
      sampler.add(request, place);
      turns.add(request, latency);
      level.add(request, latency);
    }
    for (const sample of reader.samples()) overTime.addSample(sample);
    for (const sample of reader.serverSamples(start - BEFORE_S, end)) overTime.addServerSample(sample);
    const gaps = gapHistograms(reader, requests, PER_DECADE);
    const most = levels.length > MANY_LEVELS ? FEW_BUCKETS : MOST_BUCKETS;
    return {
      start,
      overTime: overTime.series(levels, end),
      levels: counted.map(({ level: { level, repeat }, ttft, tpot, latency }) => ({
        level,
        repeat,
        histograms: {
          ttft_ms: ttft.packed(most),
          tpot_ms: tpot.packed(most),
          chunk_gap_ms: gaps.of(level, repeat)?.packed(most) ?? null,
          latency_ms: latency.packed(most),
        },
      })),
      gapsEvery: gaps.every,
      sample: sampler.columns(),
      stretches: stretches(reader, levels, start),
      turns: turns.figures(),
      slowest: slowestRequests(reader, start),
      failed: failedRequests(reader, start),
    };
  });
}

/** Seconds: from sent, in open loop from scheduled. */
function headlineLatency({ latency, scheduled, completed }: ChartedRequest, level: RecordedLevel): number | null {
  if (level.rate === null) return latency;
  return scheduled === null || completed === null ? null : completed - scheduled;
}
