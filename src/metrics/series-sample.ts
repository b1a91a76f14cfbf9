import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import type { RequestColumns } from "./series-model.ts";
import { type ChartedRequest, chartedRequests } from "./series-rows.ts";

const MOST_SAMPLED = 3000;
/** In the stretches of all levels together, and in one however many levels there are. */
const MOST_IN_STRETCHES = 2000;
const LEAST_IN_STRETCH = 20;

/** Takes every k-th request that was sent: evenly over the run, and the same ones each time. */
export class RequestSampler {
  readonly #start: number;
  readonly #every: number;
  readonly #taken: PlacedRequest[] = [];
  #seen = 0;

  /** @param start Unix seconds; @param requests how many will come */
  constructor(start: number, requests: number) {
    this.#start = start;
    this.#every = Math.max(1, Math.ceil(requests / MOST_SAMPLED));
  }

  /** @param level its place among the run's levels */
  add(request: ChartedRequest, level: number): void {
    if (request.sent === null || request.latency === null) return;
    if (this.#seen++ % this.#every === 0) this.#taken.push({ request, level });
  }

  columns(): RequestColumns {
    return columnsOf(this.#taken, this.#start);
  }
}

/** For each level the requests that were sent one after the other from its middle on, or all where they are few. */
export function stretches(reader: RunReader, levels: RecordedLevel[], start: number): RequestColumns[] {
  const most = Math.max(LEAST_IN_STRETCH, Math.floor(MOST_IN_STRETCHES / levels.length));
  return levels.map((level, place) => {
    const rows = [...chartedRequests(reader, stretchOf(level, most))];
    const taken = rows.filter(({ sent, latency }) => sent !== null && latency !== null);
    return columnsOf(
      taken.map((request) => ({ request, level: place })),
      start,
    );
  });
}

/** The ids bound the search to the level's own rows, and are found first: whole rows would take longer to sort. */
function stretchOf({ level, repeat, firstId, lastId, startTime, endTime }: RecordedLevel, most: number): string {
  if (firstId === null || lastId === null) return "AND 0";
  const middle = lastId - firstId < most || endTime === null ? startTime : (startTime + endTime) / 2;
  return `AND id IN (
    SELECT id FROM result WHERE id BETWEEN ${firstId} AND ${lastId} AND phase = 'measure' AND level = ${level}
      AND repeat = ${repeat} AND start_time >= ${middle} ORDER BY start_time LIMIT ${most}
  ) ORDER BY start_time`;
}

interface PlacedRequest {
  request: ChartedRequest;
  level: number;
}

function columnsOf(unordered: PlacedRequest[], start: number): RequestColumns {
  const taken = unordered.toSorted((a, b) => a.request.sent! - b.request.sent!);
  const column = <Value>(of: (request: ChartedRequest) => Value): Value[] => taken.map(({ request }) => of(request));
  return {
    requestId: column((r) => r.requestId),
    level: taken.map(({ level }) => level),
    scheduled: column((r) => (r.scheduled === null ? null : shortened(r.scheduled - start))),
    sent: column((r) => shortened(r.sent! - start)),
    firstOutput: column((r) => (r.firstOutput === null ? null : shortened(r.firstOutput))),
    latency: column((r) => shortened(r.latency!)),
    promptTokens: column((r) => r.promptTokens),
    completionTokens: column((r) => r.completionTokens),
    errorKind: column((r) => (r.success ? null : (r.errorKind ?? "unknown"))),
  };
}

/** Seconds to 10 microseconds: digits beyond would only make the file larger. */
function shortened(seconds: number): number {
  return Math.round(seconds * 1e5) / 1e5;
}
