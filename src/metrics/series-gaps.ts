import type { RunReader } from "../record/reader.ts";
import { LogCounts } from "./series-histogram.ts";

/** Replies whose events are read: more would change no bar of a histogram, and reading them is what takes time. */
const MOST_REPLIES = 10_000;

interface GapHistograms {
  /** One reply in so many was read. */
  every: number;
  of(level: number, repeat: number): LogCounts | null;
}

/** Gaps between successive events with output, in milliseconds, by level. */
export function gapHistograms(reader: RunReader, requests: number, perDecade: number): GapHistograms {
  const every = Math.max(1, Math.ceil(requests / MOST_REPLIES));
  const levels = new Map<string, LogCounts>();
  const sql = `SELECT level, repeat, event_times, event_tokens FROM result
    WHERE phase = 'measure' AND success = 1 AND chunks > 1 AND id % ${every} = 0 AND event_times IS NOT NULL`;
  for (const [level, repeat, times, tokens] of reader.query(sql).rows) {
    const key = `${level}/${repeat}`;
    const counts = levels.get(key) ?? new LogCounts(perDecade);
    levels.set(key, counts);
    addGaps(counts, JSON.parse(String(times)), JSON.parse(String(tokens ?? "[]")));
  }
  return { every, of: (level, repeat) => levels.get(`${level}/${repeat}`) ?? null };
}

/** @param times microseconds; @param tokens output tokens of each event, 0 for none */
function addGaps(counts: LogCounts, times: number[], tokens: number[]): void {
  let before: number | null = null;
  for (let i = 0; i < times.length; i++) {
    if ((tokens[i] ?? 0) === 0) continue;
    if (before !== null) counts.add((times[i]! - before) / 1000);
    before = times[i]!;
  }
}
