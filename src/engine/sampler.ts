import { readdirSync, readFileSync } from "node:fs";
import type { SampleRow } from "../record/rows.ts";

/**
 * How late the event loop is, is looked at this often: a stall may be so much longer than it shows. In main, which takes
 * no times, seldom: looking 200 times a second cost it a third of its CPU at 64 at once.
 */
const LOOK_MS = { engine: 5, main: 50 };
/** Timers go by whole milliseconds: what is late by less is not told from one that is on time. */
const LEAST_STALL_MS = 2;

/** What this process does to itself: CPU, memory, and how late its event loop runs. */
export class Sampler {
  #cpu = process.cpuUsage();
  #thread = threadTimes();
  #at = performance.now();
  #lagMs = 0;
  #stalls: string[] = [];
  readonly #lookMs: number;
  #expected: number;
  readonly #timer: ReturnType<typeof setInterval>;
  /** Descriptors open before any load: what is above is sockets. */
  readonly #idleDescriptors = descriptors();

  /** @param engine -1: main */
  constructor(readonly engine: number) {
    this.#lookMs = engine === -1 ? LOOK_MS.main : LOOK_MS.engine;
    this.#expected = performance.now() + this.#lookMs;
    this.#timer = setInterval(() => this.#look(), this.#lookMs);
  }

  /** Takes the time since the last sample. Times: Unix seconds. */
  sample(counters: { inFlight: number; sent: number; done: number }, opened: number | null = null): SampleRow {
    const now = performance.now();
    // A stall that goes on, or that this very call stands behind, is part of it.
    if (now > this.#expected) this.#look();
    const spanMs = now - this.#at;
    const cpu = process.cpuUsage(this.#cpu);
    const thread = threadTimes();
    const before = this.#thread;
    const known = thread !== null && before !== null;
    const open = descriptors();
    const row: SampleRow = {
      time: (performance.timeOrigin + now) / 1000,
      engine: this.engine,
      spanS: spanMs / 1000,
      cpu: (cpu.user + cpu.system) / 1000 / spanMs,
      threadCpu: known ? (thread.ranMs - before.ranMs) / spanMs : null,
      coreWait: known ? (thread.waitedMs - before.waitedMs) / spanMs : null,
      loopLagMs: this.#lagMs,
      stalls: `[${this.#stalls.join(",")}]`,
      rssMb: process.memoryUsage.rss() / 1e6,
      connections: open === null || this.#idleDescriptors === null ? null : Math.max(0, open - this.#idleDescriptors),
      opened,
      steal: null,
      load: null,
      ...counters,
    };
    this.restart();
    return row;
  }

  /** What has been since the last sample is no part of the next. */
  restart(): void {
    this.#cpu = process.cpuUsage();
    this.#thread = threadTimes();
    this.#at = performance.now();
    this.#lagMs = 0;
    this.#stalls = [];
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    const lag = now - this.#expected;
    if (lag >= LEAST_STALL_MS) this.#stalls.push(lag.toFixed(1));
    this.#lagMs = Math.max(this.#lagMs, lag);
    this.#expected = now + this.#lookMs;
  }
}

/**
 * What the kernel counts of this process's first thread, which runs the event loop and takes the times: how long it ran,
 * and how long it had work and waited for a core. fetch and the collector of garbage work in other threads. Linux only.
 */
function threadTimes(): { ranMs: number; waitedMs: number } | null {
  try {
    const [ran, waited] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ").map(Number);
    return { ranMs: ran! / 1e6, waitedMs: waited! / 1e6 };
  } catch {
    return null;
  }
}

/** Linux alone tells cheaply: one directory read a second. */
function descriptors(): number | null {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return null;
  }
}
