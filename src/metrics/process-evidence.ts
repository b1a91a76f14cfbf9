import type { RecordedLevel } from "../record/level-record.ts";
import type { SampleRow } from "../record/rows.ts";
import { quantile } from "./quantile.ts";

/** What one process did while one level ran. Engine -1 is the main process. */
export interface ProcessEvidence {
  level: number;
  engine: number;
  /** Of samples inside the level. */
  seconds: number;
  /** Means, shares of one core. */
  cpu: number;
  threadCpu: number | null;
  coreWait: number | null;
  /** Means of main's samples; null: not known, or an engine. Share of the machine's time, and runnable processes. */
  steal: number | null;
  load: number | null;
  /** How late an event is stamped at most, in milliseconds, in all but the given share of the time. */
  lateness(share: number): number;
}

interface Part {
  sample: SampleRow;
  /** Seconds of it inside the level. */
  seconds: number;
}

/** Samples count by the time that they share with a level: an engine that waits for the next one delays nothing. */
export function processEvidence(samples: Iterable<SampleRow>, levels: RecordedLevel[]): ProcessEvidence[] {
  const parts = levels.map(() => new Map<number, Part[]>());
  for (const sample of samples) {
    for (const [index, level] of levels.entries()) {
      const seconds = shared(level, sample);
      if (seconds <= 0) continue;
      const own = parts[index]!.get(sample.engine);
      if (own === undefined) parts[index]!.set(sample.engine, [{ sample, seconds }]);
      else own.push({ sample, seconds });
    }
  }
  return parts.flatMap((byEngine, index) =>
    [...byEngine].map(([engine, own]) => evidenceOf(levels[index]!.level, engine, own)),
  );
}

function shared({ startTime, endTime }: RecordedLevel, { time, spanS }: SampleRow): number {
  return Math.min(time, endTime ?? Number.POSITIVE_INFINITY) - Math.max(time - spanS, startTime);
}

function evidenceOf(level: number, engine: number, parts: Part[]): ProcessEvidence {
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  return {
    level,
    engine,
    seconds,
    cpu: mean(parts, ({ cpu }) => cpu) ?? 0,
    threadCpu: mean(parts, ({ threadCpu }) => threadCpu),
    coreWait: mean(parts, ({ coreWait }) => coreWait),
    steal: mean(parts, ({ steal }) => steal),
    load: mean(parts, ({ load }) => load),
    lateness: latenessOf(parts, seconds),
  };
}

/** Of the samples that say it, each by its time. */
function mean(parts: Part[], of: (sample: SampleRow) => number | null): number | null {
  let sum = 0;
  let seconds = 0;
  for (const part of parts) {
    const value = of(part.sample);
    if (value === null) continue;
    sum += value * part.seconds;
    seconds += part.seconds;
  }
  return seconds === 0 ? null : sum / seconds;
}

/**
 * What comes at a random moment of a stall of L ms waits for the rest of it, anything from 0 to L, so for more than x ms
 * in the time sum(max(0, L - x)) over all stalls. Lateness at a share is the x at which that time is the share of the
 * whole. Files before schema 3 have the longest stall of each second alone.
 */
function latenessOf(parts: Part[], seconds: number): (share: number) => number {
  const longest = () => Float64Array.from(parts, ({ sample }) => sample.loopLagMs).sort();
  if (parts.some(({ sample }) => sample.stalls === null)) {
    return (share) => quantile(longest(), Math.round(1000 * (1 - share)));
  }
  const stalls = parts
    .flatMap(({ sample, seconds: inside }) => {
      const weight = Math.min(1, inside / sample.spanS);
      return (JSON.parse(sample.stalls ?? "[]") as number[]).map((ms) => ({ ms, weight }));
    })
    .sort((a, b) => b.ms - a.ms);
  return (share) => {
    const allowedMs = share * seconds * 1000;
    let total = 0;
    let count = 0;
    for (const [index, { ms, weight }] of stalls.entries()) {
      total += ms * weight;
      count += weight;
      const level = (total - allowedMs) / count;
      if (level >= (stalls[index + 1]?.ms ?? 0)) return level;
    }
    return 0;
  };
}
