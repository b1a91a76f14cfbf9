import type { Arrival } from "../engine/protocol.ts";

/**
 * What each engine has been given and not yet finished, in the order it will be sent: should the engine die, the first
 * of them, as many as it has slots, were on the wire.
 */
export class Outstanding {
  readonly #lanes: Map<number, number | null>[];

  constructor(engines: number) {
    this.#lanes = Array.from({ length: engines }, () => new Map());
  }

  given(engine: number, arrivals: Arrival[]): void {
    for (const { id } of arrivals) this.#lanes[engine]!.set(id, null);
  }

  /** @param sent Unix seconds */
  sent(engine: number, id: number, sent: number): void {
    const lane = this.#lanes[engine]!;
    if (lane.has(id)) lane.set(id, sent);
  }

  finished(engine: number, id: number): void {
    this.#lanes[engine]!.delete(id);
  }

  /** Those on the wire with when they were sent (null: within the last beat), and those that were still to go. */
  lost(engine: number, slots: number): { inFlight: [id: number, sent: number | null][] } {
    return { inFlight: [...this.#lanes[engine]!].slice(0, slots) };
  }
}
