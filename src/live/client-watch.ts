import type { SampleRow } from "../record/rows.ts";
import type { ClientState } from "./progress.ts";

/** The last sample of each engine. */
export class ClientWatch {
  readonly #latest = new Map<number, ClientState>();

  add({ engine, cpu, threadCpu, loopLagMs }: SampleRow): void {
    this.#latest.set(engine, { cpu: threadCpu ?? cpu, loopLagMs });
  }

  /** The worst of each; null before the first sample. */
  read(): ClientState | null {
    if (this.#latest.size === 0) return null;
    const all = [...this.#latest.values()];
    return { cpu: Math.max(...all.map(({ cpu }) => cpu)), loopLagMs: Math.max(...all.map((one) => one.loopLagMs)) };
  }
}
