import type { Input } from "../contract/input.ts";
import type { Arrival, StageShare } from "../engine/protocol.ts";

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
  /** How many it may still be given: its quota (or no end), and one for each that its API plugin skipped. */
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
  /** The source has failed: what it gave before still goes out. */
  #dry = false;

  constructor(
    readonly source: InputSource,
    /** Number of the stage's first arrival. */
    readonly first: number,
    shares: Pick<StageShare, "quota" | "window">[],
    readonly give: (engine: number, arrivals: Arrival[]) => void,
    readonly onError: (error: unknown) => void,
  ) {
    this.#next = first;
    this.#lanes = shares.flatMap(({ quota, window }, engine) => {
      const left = quota ?? Number.POSITIVE_INFINITY;
      return left === 0 ? [] : [{ engine, left, window, outstanding: 0, waiting: [] }];
    });
  }

  /** Inputs that wait here for an engine. */
  get waiting(): number {
    return this.#lanes.reduce((sum, lane) => sum + lane.waiting.length, 0);
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

  /** Gives nothing more. */
  close(): void {
    this.#closed = true;
  }

  /** A number for an arrival that was due and got no input. */
  claim(): number {
    return this.#next++;
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
        const wanted = this.#dry ? 0 : this.#wanted();
        if (wanted === 0) break;
        const inputs = await this.source.take(wanted);
        for (const input of inputs) this.#deal(input);
      }
    } catch (error) {
      this.#dry = true;
      if (!this.#closed) this.onError(error);
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
