import type { RunConfig } from "../config/run-config.ts";
import type { RecordedLevel } from "../record/level-record.ts";
import type { RunReader } from "../record/reader.ts";
import type { SampleRow } from "../record/rows.ts";
import type { LevelSummary } from "./summary-model.ts";
import type { Connections } from "./verdict-findings.ts";
import { FETCH_KEEPS } from "./verdict-limits.ts";

/** How many connections a run opened, and how many it could not do without. */
export function connectionsOf(
  reader: RunReader,
  config: RunConfig,
  levels: RecordedLevel[],
  summaries: LevelSummary[],
): Connections {
  const known = openedByRequests(reader, levels) ?? openedBy(reader.samples(), ({ engine }) => engine >= 0);
  const opened = known ?? openedBy(reader.samples(), ({ engine }) => engine < 0);
  const requests = summaries.reduce((sum, summary) => sum + summary.requests.total, 0);
  const slots = mostAtOnce(levels);
  // Files before schema 3 know of no other transport, nor of any other use.
  const { transport = "fetch", use = "pooled" } = config.connection ?? {};
  const engines = Math.max(1, reader.engineCount());
  return {
    opened,
    needed: use === "pooled" ? slots : use === "new" ? requests : null,
    requests,
    ofEveryone: known === null,
    beyondFetch: transport === "fetch" && use === "pooled" && slots !== null && slots / engines > FETCH_KEEPS,
  };
}

/** As the transport said of each request; null: it does not say. */
function openedByRequests(reader: RunReader, levels: RecordedLevel[]): number | null {
  const counts = levels.map((level) => reader.totals(level).newConnections).filter((n) => n !== null);
  return counts.length === 0 ? null : counts.reduce((sum, n) => sum + n, 0);
}

/** As samples of these processes say, each since its beginning. */
function openedBy(samples: Iterable<SampleRow>, whose: (sample: SampleRow) => boolean): number | null {
  const byEngine = new Map<number, number>();
  for (const sample of samples) {
    if (sample.opened === null || !whose(sample)) continue;
    byEngine.set(sample.engine, Math.max(sample.opened, byEngine.get(sample.engine) ?? 0));
  }
  return byEngine.size === 0 ? null : [...byEngine.values()].reduce((sum, n) => sum + n, 0);
}

/** Requests in flight at once, at the most; null: there is no bound. */
function mostAtOnce(levels: RecordedLevel[]): number | null {
  let most = 0;
  for (const { parallel, number } of levels) {
    if (parallel === null) return null;
    most = Math.max(most, Math.min(parallel, number ?? Number.POSITIVE_INFINITY));
  }
  return most;
}
