import type { ProcessEvidence } from "./process-evidence.ts";
import type { Finding, LevelSummary, Verdict } from "./summary-model.ts";
import {
  EVIDENCE,
  type EvidenceName,
  FETCH_KEEPS,
  LAG_OF_LATENCY,
  LATE_LOOP_MS,
  THREADS,
  UNSEEN_STALL_MS,
} from "./verdict-limits.ts";

/** Of all requests a percentile speaks of the worst hundredth; an error and a slow reply may each take half of it. */
const HALF_OF_P99 = 0.005;
const AT_P99 = 0.01;

/** What the findings are made from. */
export interface FindingSource {
  summaries: LevelSummary[];
  processes: ProcessEvidence[];
  connections: Connections;
  transport: keyof typeof THREADS;
  cores: number;
}

export interface Connections {
  opened: number | null;
  /** What the load cannot do without. */
  needed: number | null;
  /** Requests sent, warm-up left out. */
  requests: number;
  /** The count is of everyone in the network namespace. */
  ofEveryone: boolean;
  /** fetch has more slots than it keeps connections. */
  beyondFetch: boolean;
}

type Advise = (name: EvidenceName) => string;

/** What one piece of evidence says, before it is held against its limits. */
interface Reading {
  value: number;
  level: number | null;
  effect: string;
  limits?: { suspect: number | null; limited: number | null };
}

/** Every piece of evidence that there is, each at the level and in the engine where it is worst. */
export function findingsOf(source: FindingSource, advise: Advise): Finding[] {
  const engines = enginesOf(source.processes);
  const main = source.processes.filter(({ engine }) => engine < 0);
  const readings: [EvidenceName, Reading | null][] = [
    ["loop_lag", worst(engines.map((process) => loopLag(process, source.transport)))],
    ["core_wait", worst(engines.map(coreWait))],
    ["engine_cpu", worst(engines.map(engineCpu))],
    ["main_cpu", worst(main.map(mainCpu))],
    ["client_lag", worst(source.summaries.map(clientLag), (reading) => reading.value / reading.limits!.suspect!)],
    ["coalesced", worst(source.summaries.map((summary) => coalesced(summary, engines)))],
    ["connections", connections(source.connections)],
    ["steal", worst(main.map(steal))],
    ["load", worst(main.map((process) => load(process, source.cores)))],
  ];
  return readings.flatMap(([name, reading]) => (reading === null ? [] : [finding(name, reading, advise)]));
}

/**
 * How much too high TTFT p99 may be by the lateness of stamps, in milliseconds; null: nothing is known of it. At least
 * 99.5% of stamps are late by no more than this, so what plumb says at p99 is at most the service's own p99.5 and this.
 */
export function stampError({ processes, transport }: Pick<FindingSource, "processes" | "transport">): number | null {
  const errors = enginesOf(processes).map((process) => errorOf(process, transport));
  return errors.length === 0 ? null : Math.max(...errors);
}

function errorOf(process: ProcessEvidence, transport: keyof typeof THREADS): number {
  return THREADS[transport] * process.lateness(HALF_OF_P99) + UNSEEN_STALL_MS;
}

function enginesOf(processes: ProcessEvidence[]): ProcessEvidence[] {
  return processes.filter(({ engine }) => engine >= 0);
}

function finding(name: EvidenceName, { value, level, effect, limits }: Reading, advise: Advise): Finding {
  const { unit } = EVIDENCE[name];
  const { suspect, limited } = limits ?? EVIDENCE[name];
  const verdict = judge(value, suspect, limited);
  const found = verdict !== "valid";
  const told = { effect: found ? effect : null, advice: found ? advise(name) : null };
  return { name, verdict, value, unit, suspect, limited, level, ...told };
}

function judge(value: number, suspect: number | null, limited: number | null): Verdict {
  if (limited !== null && value > limited) return "client-limited";
  return suspect !== null && value > suspect ? "suspect" : "valid";
}

function worst(readings: (Reading | null)[], badness = (reading: Reading) => reading.value): Reading | null {
  const known = readings.filter((reading) => reading !== null);
  return known.length === 0 ? null : known.reduce((a, b) => (badness(b) > badness(a) ? b : a));
}

function loopLag(process: ProcessEvidence, transport: keyof typeof THREADS): Reading {
  const effect = `TTFT and latency p99 may be up to ${errorOf(process, transport).toFixed(0)} ms too high`;
  return { value: process.lateness(AT_P99), level: process.level, effect };
}

function coreWait({ coreWait, level }: ProcessEvidence): Reading | null {
  if (coreWait === null) return null;
  return { value: coreWait, level, effect: "replies lay unread meanwhile, and were stamped late" };
}

function engineCpu({ threadCpu, cpu, level }: ProcessEvidence): Reading {
  return { value: threadCpu ?? cpu, level, effect: "replies queue up unread, and are stamped late" };
}

function mainCpu({ threadCpu, cpu, level }: ProcessEvidence): Reading {
  return { value: threadCpu ?? cpu, level, effect: "inputs may have come late, and the load be less than asked" };
}

function clientLag(summary: LevelSummary): Reading | null {
  const { level, rate, latency_ms } = summary;
  const lag = summary.steady?.client_lag_ms ?? summary.client_lag_ms;
  if (lag === null) return null;
  const { suspect, limited } = EVIDENCE.client_lag;
  if (rate !== null) {
    const effect = `latency from scheduled may be up to ${lag.p99.toFixed(0)} ms too high at p99`;
    return { value: lag.p99, level, effect, limits: { suspect, limited } };
  }
  const served = latency_ms?.p50 ?? 0;
  const lost = (100 * lag.mean) / (lag.mean + (latency_ms?.mean ?? 0));
  return {
    value: lag.p99,
    level,
    effect: `slots stood empty for ${lost.toFixed(1)}% of the time: throughput may be as much too low, TTFT is not`,
    limits: {
      suspect: Math.max(suspect, LAG_OF_LATENCY.suspect * served),
      limited: Math.max(limited, LAG_OF_LATENCY.limited * served),
    },
  };
}

function coalesced({ level, coalesced_share }: LevelSummary, engines: ProcessEvidence[]): Reading | null {
  if (coalesced_share === null) return null;
  const late = engines.some((engine) => engine.level === level && engine.lateness(AT_P99) > LATE_LOOP_MS);
  return {
    value: coalesced_share,
    level,
    effect: "chunk gaps and ITL have gaps of 0 and longer ones that the service did not make; TPOT bears it",
    limits: { suspect: late ? EVIDENCE.coalesced.suspect : null, limited: null },
  };
}

function connections({ opened, needed, requests, ofEveryone, beyondFetch }: Connections): Reading | null {
  if (opened === null || needed === null || requests === 0) return null;
  const value = Math.min(1, Math.max(0, opened - needed) / requests);
  const count = `${opened} connections opened where ${needed} would do${ofEveryone ? ", other programs' among them" : ""}`;
  return {
    value,
    level: null,
    effect: `${count}: up to ${(100 * value).toFixed(0)}% of TTFTs hold the opening of one (fetch keeps ${FETCH_KEEPS})`,
    limits: { suspect: beyondFetch ? EVIDENCE.connections.suspect : null, limited: null },
  };
}

function steal({ steal, level }: ProcessEvidence): Reading | null {
  return steal === null ? null : { value: steal, level, effect: "any time may be too long by what the host took" };
}

function load({ load, level }: ProcessEvidence, cores: number): Reading | null {
  if (load === null) return null;
  return { value: load / cores, level, effect: "what runs here may have kept plumb from its core" };
}
