import { readdirSync } from "node:fs";
import type { SampleRow } from "../record/rows.ts";

/** How late the event loop is, is looked at this often. */
const LOOK_MS = 20;

/** What this process does to itself: CPU, memory, and how late its event loop runs. */
export class Sampler {
  #cpu = process.cpuUsage();
  #at = performance.now();
  #lagMs = 0;
  #expected = performance.now() + LOOK_MS;
  readonly #timer = setInterval(() => this.#look(), LOOK_MS);
  /** Descriptors open before any load: what is above is sockets. */
  readonly #idleDescriptors = descriptors();

  constructor(readonly engine: number) {}

  /** Takes the second that has just passed. Times: Unix seconds. */
  sample(counters: { inFlight: number; sent: number; done: number }): SampleRow {
    const now = performance.now();
    const cpu = process.cpuUsage(this.#cpu);
    const elapsedUs = (now - this.#at) * 1000;
    const open = descriptors();
    const row: SampleRow = {
      time: (performance.timeOrigin + now) / 1000,
      engine: this.engine,
      cpu: (cpu.user + cpu.system) / elapsedUs,
      loopLagMs: this.#lagMs,
      rssMb: process.memoryUsage.rss() / 1e6,
      connections: open === null || this.#idleDescriptors === null ? null : Math.max(0, open - this.#idleDescriptors),
      opened: null,
      steal: null,
      load: null,
      ...counters,
    };
    this.#cpu = process.cpuUsage();
    this.#at = now;
    this.#lagMs = 0;
    return row;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    this.#lagMs = Math.max(this.#lagMs, now - this.#expected);
    this.#expected = now + LOOK_MS;
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
