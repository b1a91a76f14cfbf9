import type { RecordedLevel } from "../record/level-record.ts";
import type { SampleRow } from "../record/rows.ts";
import { quantile } from "./quantile.ts";
import type { ClientSummary, LevelSummary, Verdict } from "./summary-model.ts";

/** From here on plumb's own machine shaped the figures; from a third of it (CPU: 0.8) on it may have. */
const LIMITS = {
  clientLagMs: { limited: 50, suspect: 50 / 3 },
  loopLagMs: { limited: 100, suspect: 100 / 3 },
  cpu: { limited: 0.95, suspect: 0.8 },
} as const;

/** How long before its time a sample begins, in seconds. */
const SAMPLE_S = 1;

export interface ClientEvidence {
  levels: RecordedLevel[];
  summaries: LevelSummary[];
  samples: Iterable<SampleRow>;
  connectionsOpened: number | null;
  engines: number;
  /** Of the machine that ran plumb. */
  cores: number;
}

/** Whether the figures tell of the service, or of the machine that measured it. */
export function clientSummary(evidence: ClientEvidence): ClientSummary {
  const { cpu, loopLagMs } = processFigures(evidence.samples, evidence.levels);
  const lag = worstLag(evidence.summaries);
  const advice = evidence.engines < evidence.cores ? `try --engines ${evidence.engines + 1}` : "use a larger machine";
  const findings = [
    finding(lag?.p99 ?? null, LIMITS.clientLagMs, (value, limit) => {
      const where = evidence.summaries.length > 1 ? ` at level ${(lag?.level ?? 0) + 1}` : "";
      return `Requests left ${value.toFixed(1)} ms late at p99${where} (limit ${limit.toFixed(0)} ms): ${advice}.`;
    }),
    finding(loopLagMs, LIMITS.loopLagMs, (value, limit) => {
      return `An engine's event loop was ${value.toFixed(1)} ms late at p99 (limit ${limit.toFixed(0)} ms): ${advice}.`;
    }),
    finding(cpu, LIMITS.cpu, (value, limit) => {
      return `An engine used ${value.toFixed(2)} of a core on average (limit ${limit.toFixed(2)}): ${advice}.`;
    }),
  ].filter((found) => found !== null);
  return {
    verdict: worst(findings.map(({ verdict }) => verdict)),
    reasons: findings.map(({ reason }) => reason),
    cpu,
    loop_lag_ms: loopLagMs,
    connections_opened: evidence.connectionsOpened,
  };
}

interface Finding {
  verdict: Exclude<Verdict, "valid">;
  reason: string;
}

function finding(
  value: number | null,
  limits: { limited: number; suspect: number },
  say: (value: number, limit: number) => string,
): Finding | null {
  if (value === null || value <= limits.suspect) return null;
  if (value <= limits.limited) return { verdict: "suspect", reason: say(value, limits.suspect) };
  return { verdict: "client-limited", reason: say(value, limits.limited) };
}

function worst(verdicts: Verdict[]): Verdict {
  if (verdicts.includes("client-limited")) return "client-limited";
  return verdicts.includes("suspect") ? "suspect" : "valid";
}

function worstLag(summaries: LevelSummary[]): { p99: number; level: number } | null {
  let found: { p99: number; level: number } | null = null;
  for (const { level, client_lag_ms } of summaries) {
    if (client_lag_ms !== null && client_lag_ms.p99 > (found?.p99 ?? -1)) found = { p99: client_lag_ms.p99, level };
  }
  return found;
}

/**
 * Of the engines, while levels ran: an engine that starts up, or waits for the next level, delays no request. The
 * main process (engine -1) takes no times.
 */
function processFigures(
  samples: Iterable<SampleRow>,
  levels: RecordedLevel[],
): { cpu: number | null; loopLagMs: number | null } {
  const lags: number[] = [];
  const cpuByEngine = new Map<number, { sum: number; n: number }>();
  for (const { time, engine, cpu, loopLagMs } of samples) {
    if (engine < 0 || !levels.some((level) => overlaps(level, time))) continue;
    lags.push(loopLagMs);
    const soFar = cpuByEngine.get(engine) ?? { sum: 0, n: 0 };
    cpuByEngine.set(engine, { sum: soFar.sum + cpu, n: soFar.n + 1 });
  }
  if (lags.length === 0) return { cpu: null, loopLagMs: null };
  return {
    cpu: Math.max(...[...cpuByEngine.values()].map(({ sum, n }) => sum / n)),
    loopLagMs: quantile(Float64Array.from(lags).sort(), 990),
  };
}

function overlaps({ startTime, endTime }: RecordedLevel, time: number): boolean {
  return time > startTime && time - SAMPLE_S < (endTime ?? Number.POSITIVE_INFINITY);
}
