import type { Arrival } from "../engine/protocol.ts";

interface Held {
  /** Unix seconds; null: nobody has told yet. */
  sent: number | null;
  /** Of a conversation, the turn that comes next or is on the wire. */
  turn: number;
}

/** What was on the wire: the arrival, when it was sent (null: within the last beat), and a conversation's turn. */
export type OnTheWire = [id: number, sent: number | null, turn: number];

/**
 * What each engine has been given and not yet finished, in the order it will be sent: should the engine die, the first
 * of them, as many as it has slots, were on the wire.
 */
export class Outstanding {
  readonly #lanes: Map<number, Held>[];

  constructor(engines: number) {
    this.#lanes = Array.from({ length: engines }, () => new Map());
  }

  given(engine: number, arrivals: Arrival[]): void {
    for (const { id } of arrivals) this.#lanes[engine]!.set(id, { sent: null, turn: 0 });
  }

  /** @param sent Unix seconds */
  sent(engine: number, id: number, sent: number): void {
    const held = this.#lanes[engine]!.get(id);
    if (held !== undefined) held.sent = sent;
  }

  /** A turn has ended, and `turn` follows. */
  turned(engine: number, id: number, turn: number): void {
    const held = this.#lanes[engine]!.get(id);
    if (held === undefined) return;
    held.turn = turn;
    held.sent = null;
  }

  finished(engine: number, id: number): void {
    this.#lanes[engine]!.delete(id);
  }

  get size(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.size, 0);
  }

  /**
   * Those on the wire with when they were sent; null: within the last beat.
   * @param slots which were all in use; null: only those that are known to have been sent
   */
  lost(engine: number, slots: number | null): { inFlight: OnTheWire[] } {
    const held = [...this.#lanes[engine]!].map(([id, { sent, turn }]): OnTheWire => [id, sent, turn]);
    return { inFlight: slots === null ? held.filter(([, sent]) => sent !== null) : held.slice(0, slots) };
  }
}
