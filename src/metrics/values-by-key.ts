import type { RecordedLevel, RequestKeys } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import { columnSql, type RequestMetric } from "./request-metrics.ts";

/** What a level's requests are told apart by: a number or a name. */
type Key = Exclude<keyof RequestKeys, "sent_time">;

/** Values of metrics by turn, part, model or endpoint, from one scan: of each a list a metric, in their order. */
export function valuesByKey<By extends Key>(
  reader: RunReader,
  level: RecordedLevel,
  by: By,
  metrics: RequestMetric[],
): Map<RequestKeys[By], number[][]> {
  const byKey = new Map<RequestKeys[By], number[][]>();
  const columns = metrics.map((metric) => columnSql(metric, level));
  for (const block of reader.columns(level, by, columns)) {
    for (const row of block) {
      const key = row[0];
      const lists = byKey.get(key) ?? metrics.map(() => []);
      byKey.set(key, lists);
      for (let i = 0; i < lists.length; i++) {
        const value = row[i + 1];
        if (typeof value === "number") lists[i]!.push(value);
      }
    }
  }
  return byKey;
}
