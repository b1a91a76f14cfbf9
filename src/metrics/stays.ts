import type { LevelTotals, RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { quantile } from "./quantile.ts";
import { columnSql, REQUEST_METRICS } from "./request-metrics.ts";

/** When requests were sent and when they ended, failures too, in the order in which they were due. Unix seconds. */
export interface Stays {
  sent: Float64Array;
  /** As many; each at the place of its own start. */
  completed: Float64Array;
  /** Of the successes, from sent, in seconds; null: there is none. */
  medianLatencyS: number | null;
}

/** One scan. */
export function staysOf(reader: RunReader, level: RecordedLevel, { offered }: LevelTotals): Stays {
  const sent = new Float64Array(offered);
  const completed = new Float64Array(offered);
  const latencies = new Float64Array(offered);
  let stays = 0;
  let successes = 0;
  const columns = ["completed_time", columnSql(REQUEST_METRICS.latency_from_sent_ms, level)];
  for (const block of reader.columns(level, "sent_time", columns)) {
    for (const row of block) {
      const end = row[1] ?? null;
      const latency = row[2] ?? null;
      if (latency !== null) latencies[successes++] = latency;
      if (end === null) continue;
      sent[stays] = row[0];
      completed[stays++] = end;
    }
  }
  return {
    sent: sent.subarray(0, stays),
    completed: completed.subarray(0, stays),
    medianLatencyS: successes === 0 ? null : quantile(latencies.subarray(0, successes).sort(), 500) / 1000,
  };
}
