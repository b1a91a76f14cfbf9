import type { ErrorSpread } from "../contract/summary.ts";
import { quantile } from "../metrics/quantile.ts";
import type { RequestTruth } from "../mock/request-log.ts";

/** A request as plumb recorded it, in milliseconds; null: it has none. */
export interface RecordedTimes {
  ttftMs: number | null;
  tpotMs: number | null;
  latencyMs: number | null;
}

export interface Comparison {
  /** Requests that both sides know. */
  compared: number;
  ttft: ErrorSpread | null;
  tpot: ErrorSpread | null;
  latency: ErrorSpread | null;
}

/**
 * Recorded minus known, request by request. The server's times begin when it had read the whole request, so what the
 * client, the loopback and the server's own waiting to be scheduled took is all in the difference: an upper bound of
 * plumb's part in it.
 */
export function compare(recorded: Map<string, RecordedTimes>, known: Map<string, RequestTruth>): Comparison {
  const ttft: number[] = [];
  const tpot: number[] = [];
  const latency: number[] = [];
  let compared = 0;
  for (const [id, times] of recorded) {
    const truth = known.get(id);
    if (truth === undefined) continue;
    compared++;
    if (times.ttftMs !== null && truth.first_token_ms !== null) ttft.push(times.ttftMs - truth.first_token_ms);
    if (times.latencyMs !== null) latency.push(times.latencyMs - truth.latency_ms);
    const truly = tpotOf(truth);
    if (times.tpotMs !== null && truly !== null) tpot.push(times.tpotMs - truly);
  }
  return { compared, ttft: spreadOf(ttft), tpot: spreadOf(tpot), latency: spreadOf(latency) };
}

function tpotOf({ first_token_ms, last_token_ms, tokens }: RequestTruth): number | null {
  if (first_token_ms === null || last_token_ms === null || tokens < 2) return null;
  return (last_token_ms - first_token_ms) / (tokens - 1);
}

function spreadOf(errors: number[]): ErrorSpread | null {
  if (errors.length === 0) return null;
  const sorted = Float64Array.from(errors).sort();
  return { p50: quantile(sorted, 500), p99: quantile(sorted, 990), max: sorted.at(-1)! };
}
