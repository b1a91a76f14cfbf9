import type { RecordedLevel } from "../record/level-record.ts";
import type { SampleRow } from "../record/rows.ts";
import { processEvidence } from "./process-evidence.ts";
import type { Calibration, ClientSummary, Finding, LevelSummary, Verdict } from "./summary-model.ts";
import { type Connections, findingsOf, stampError } from "./verdict-findings.ts";
import { EVIDENCE, type EvidenceName, THIN_EVIDENCE_S } from "./verdict-limits.ts";

const RANK: Record<Verdict, number> = { valid: 0, suspect: 1, "client-limited": 2 };

export interface ClientEvidence {
  levels: RecordedLevel[];
  summaries: LevelSummary[];
  samples: Iterable<SampleRow>;
  connections: Connections;
  engines: EngineEvidence;
  /** Of the machine that ran plumb. */
  cores: number;
  calibration: Calibration[] | null;
}

export interface EngineEvidence {
  count: number;
  /** It was a script's own process: there can be no second one. */
  inProcess: boolean;
  transport: "fetch" | "socket";
}

/** Whether the figures tell of the service, or of the machine that measured it. */
export function clientSummary(evidence: ClientEvidence): ClientSummary {
  const { levels, summaries, samples, connections, cores, calibration } = evidence;
  const processes = processEvidence(samples, levels);
  const engines = processes.filter(({ engine }) => engine >= 0);
  const { transport } = evidence.engines;
  const source = { summaries, processes, connections, transport, cores };
  const findings = findingsOf(source, (name) => adviceFor(name, evidence));
  const found = findings.filter(({ verdict }) => verdict !== "valid").sort(worstFirst);
  const evidenceS = Math.min(...levels.map((level) => secondsOf(level, engines)), Number.POSITIVE_INFINITY);
  return {
    verdict: found[0]?.verdict ?? "valid",
    reasons: found.map((one) => reasonOf(one, summaries.length > 1)),
    notes: notesOf(Number.isFinite(evidenceS) ? evidenceS : 0, summaries),
    findings,
    cpu: engines.length === 0 ? null : Math.max(...engines.map(({ cpu }) => cpu)),
    loop_lag_ms: findings.find(({ name }) => name === EVIDENCE.loop_lag.name)?.value ?? null,
    ttft_error_ms: stampError(source),
    connections_opened: connections.opened,
    connections_needed: connections.needed,
    evidence_s: Number.isFinite(evidenceS) ? evidenceS : 0,
    calibration,
  };
}

function worstFirst(a: Finding, b: Finding): number {
  return RANK[b.verdict] - RANK[a.verdict];
}

/** "loop_lag 38.2 ms (limit 10 ms): TTFT and latency p99 may be up to 61 ms too high. Try --engines 2." */
function reasonOf({ name, verdict, value, unit, suspect, limited, level, effect, advice }: Finding, several: boolean) {
  const where = several && level !== null ? ` at level ${level + 1}` : "";
  const limit = verdict === "client-limited" ? limited : suspect;
  return `${name} ${shown(value, unit)}${where} (limit ${shown(limit ?? 0, unit)}): ${effect}. ${advice}.`;
}

/** 0.183 "share" -> "18.3%"; 12.34 "ms" -> "12.3 ms" */
export function shown(value: number, unit: string): string {
  if (unit === "share") return `${(100 * value).toFixed(1)}%`;
  return `${unit === "ms" ? value.toFixed(1) : value.toFixed(2)} ${unit}`;
}

/** What can be done from here: what costs least stands first. */
function adviceFor(name: EvidenceName, { engines, cores, levels }: ClientEvidence): string {
  const slots = Math.max(...levels.map(({ parallel }) => parallel ?? Number.POSITIVE_INFINITY), 1);
  const more = !engines.inProcess && engines.count < cores && engines.count < slots;
  const socket = engines.transport === "fetch" && !engines.inProcess;
  const ways: string[] = [];
  if (more && name !== "steal" && name !== "load") ways.push(`--engines ${engines.count + 1}`);
  if (socket && name !== "steal" && name !== "load") ways.push("--transport socket");
  if (name === "core_wait" || name === "load") ways.push("to end what else runs here");
  ways.push(name === "connections" ? "a lower --parallel" : "another machine");
  return `Try ${ways.join(", or ")}`;
}

function secondsOf({ level }: RecordedLevel, engines: { level: number; seconds: number }[]): number {
  return Math.max(0, ...engines.filter((engine) => engine.level === level).map(({ seconds }) => seconds));
}

function notesOf(evidenceS: number, summaries: LevelSummary[]): string[] {
  const notes: string[] = [];
  if (evidenceS < THIN_EVIDENCE_S) {
    notes.push(`plumb watched itself for ${evidenceS.toFixed(1)} s only: too short to tell much.`);
  }
  if (summaries.length > 0 && summaries.every(({ requests }) => requests.success === 0)) {
    notes.push("No request succeeded: this is about plumb's own machine alone.");
  }
  return notes;
}
