import { readFileSync } from "node:fs";

/** What one second of the whole machine was like; null: the system does not say. Linux alone does. */
export interface MachineSample {
  /** Share of its time that its host gave to others, 0 to 1. */
  steal: number | null;
  /** Processes and threads that run or want to, at this moment; this one among them. */
  load: number | null;
  /** Connections that anyone in this network namespace has opened since the sampler was made. */
  opened: number | null;
}

/** How the machine does around us, from /proc: two small files a second. */
export class MachineSampler {
  #times = cpuTimes(read("/proc/stat"));
  readonly #opensBefore = activeOpens(read("/proc/self/net/snmp"));

  sample(): MachineSample {
    const stat = read("/proc/stat");
    const times = cpuTimes(stat);
    const before = this.#times;
    this.#times = times;
    const opens = activeOpens(read("/proc/self/net/snmp"));
    return {
      steal: times === null || before === null ? null : stolenShare(before, times),
      load: numberIn(stat, /^procs_running (\d+)$/m),
      opened: opens === null || this.#opensBefore === null ? null : opens - this.#opensBefore,
    };
  }
}

interface CpuTimes {
  stolen: number;
  all: number;
}

/**
 * The first line of /proc/stat, in ticks: user nice system idle iowait irq softirq steal. The two behind it, of guests,
 * are part of the first two. null where it is not Linux's.
 */
export function cpuTimes(stat: string): CpuTimes | null {
  const line = /^cpu +([\d ]+)$/m.exec(stat)?.[1];
  const ticks = line?.split(" ").map(Number).slice(0, 8);
  if (ticks === undefined || ticks.length < 8) return null;
  return { stolen: ticks[7]!, all: ticks.reduce((sum, n) => sum + n, 0) };
}

/** `ActiveOpens` of the two lines that begin with "Tcp:", names and values. */
export function activeOpens(snmp: string): number | null {
  const [names, values] = [...snmp.matchAll(/^Tcp: (.+)$/gm)].map(([, words]) => words!.split(" "));
  const value = values?.[names?.indexOf("ActiveOpens") ?? -1];
  return value === undefined ? null : Number(value);
}

function stolenShare(before: CpuTimes, after: CpuTimes): number | null {
  const all = after.all - before.all;
  return all <= 0 ? null : Math.max(0, after.stolen - before.stolen) / all;
}

function numberIn(text: string, pattern: RegExp): number | null {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
