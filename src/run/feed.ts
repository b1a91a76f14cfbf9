import type { Input } from "../contract/input.ts";
import type { Arrival } from "../engine/protocol.ts";

/** Where inputs come from: the dataset's feeder. */
export interface InputSource {
  take(count: number): Promise<Input[]>;
}

/** Inputs in one message: the channel copies a message whole. */
const INPUTS_A_MESSAGE = 128;
/** Inputs that may wait in main for an engine that is behind the others. */
const MOST_WAITING = 4096;

interface Lane {
  engine: number;
  /** How many it may still be given: its quota, and one for each that its API plugin skipped. */
  left: number;
  /** How many it may hold unused. */
  window: number;
  /** Given and not yet used. */
  outstanding: number;
  waiting: Arrival[];
}

/**
 * Gives a stage's inputs to the engines in the order of the dataset, arrival k to engine k mod N, never more ahead than
 * an engine has credit for: the channel itself never pushes back.
 */
export class Feed {
  /** Of the engines that have a part in this stage. */
  readonly #lanes: Lane[];
  #next: number;
  #busy = false;
  #closed = false;

  constructor(
    readonly source: InputSource,
    /** Number of the stage's first arrival. */
    readonly first: number,
    shares: { slots: number; quota: number }[],
    readonly give: (engine: number, arrivals: Arrival[]) => void,
    readonly onError: (error: unknown) => void,
  ) {
    this.#next = first;
    this.#lanes = shares.flatMap(({ slots, quota }, engine) => {
      const window = slots + Math.min(256, Math.max(16, slots));
      return quota === 0 ? [] : [{ engine, left: quota, window, outstanding: 0, waiting: [] }];
    });
  }

  /** Number of the next arrival, whoever gets it. */
  get next(): number {
    return this.#next;
  }

  credit(engine: number, used: number, skipped: number): void {
    const lane = this.#lanes.find((candidate) => candidate.engine === engine);
    if (lane === undefined) return;
    lane.outstanding -= used;
    lane.left += skipped;
    this.pump();
  }

  close(): void {
    this.#closed = true;
  }

  pump(): void {
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    void this.#fill();
  }

  async #fill(): Promise<void> {
    try {
      while (!this.#closed) {
        this.#handOver();
        const wanted = this.#wanted();
        if (wanted === 0) break;
        const inputs = await this.source.take(wanted);
        for (const input of inputs) this.#deal(input);
      }
    } catch (error) {
      this.#closed = true;
      this.onError(error);
    }
    // In the same breath as the last look at what is wanted: credit that comes later pumps anew.
    this.#busy = false;
  }

  /** How many to read now: what the engines have room for, as long as no engine is too far behind. */
  #wanted(): number {
    let room = 0;
    for (const lane of this.#lanes) {
      if (lane.waiting.length >= MOST_WAITING) return 0;
      room += Math.max(0, Math.min(lane.left, lane.window - lane.outstanding) - lane.waiting.length);
    }
    return Math.min(room, INPUTS_A_MESSAGE);
  }

  /** By the rule; where that engine has all its own, to the next that has not (replacements of skipped inputs). */
  #deal(input: Input): void {
    const count = this.#lanes.length;
    const id = this.#next++;
    for (let step = 0; step < count; step++) {
      const lane = this.#lanes[(id - this.first + step) % count]!;
      if (lane.left <= lane.waiting.length) continue;
      lane.waiting.push({ id, input });
      return;
    }
  }

  #handOver(): void {
    for (const lane of this.#lanes) {
      const room = Math.min(lane.window - lane.outstanding, lane.waiting.length);
      if (room <= 0) continue;
      const arrivals = lane.waiting.splice(0, room);
      lane.outstanding += arrivals.length;
      lane.left -= arrivals.length;
      this.give(lane.engine, arrivals);
    }
  }
}
