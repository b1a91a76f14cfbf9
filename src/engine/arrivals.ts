import { Fifo } from "./fifo.ts";
import type { Preparation, Prepared, PreparedTurn, Preparer } from "./prepared.ts";
import type { Arrival } from "./protocol.ts";

/**
 * A request ready to go, or one that its plugin could not build: that one's turn comes too, as a failure. `atS`: when its
 * input says that it is due.
 */
export type Ready =
  | { kind: "ready"; prepared: Prepared; atS?: number }
  | { kind: "failed"; id: number; message: string; turn?: PreparedTurn; atS?: number };

/** Requests are built in slices of this many milliseconds, so that building never holds back a stamp for longer. */
const SLICE_MS = 1;
/** Requests of an asynchronous plugin that are being built at the same time. */
const BUILT_AT_ONCE = 256;
/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Inputs on their way to becoming requests, built ahead of their time and in order. */
export class Arrivals {
  readonly #pending = new Set<Promise<void>>();
  readonly #raw = new Fifo<Arrival>();
  readonly #ready = new Fifo<Ready>();
  #building = false;
  #used = 0;
  #skipped: number[] = [];

  constructor(
    readonly preparer: Preparer,
    readonly now: () => number,
    /** How many are used up before main hears of it. */
    readonly creditBatch: () => number,
    readonly onCredit: (used: number, skipped: number[]) => void,
    readonly onReady: () => void,
    /** Longest that an asynchronous buildRequest may take, in seconds. */
    readonly patienceS: number,
  ) {}

  /** Requests built and waiting. */
  get ready(): number {
    return this.#ready.size;
  }

  push(arrivals: Arrival[]): void {
    for (const arrival of arrivals) this.#raw.push(arrival);
    if (!this.#building) void this.#build();
  }

  take(): Ready | null {
    const next = this.#ready.shift();
    if (next === undefined) return null;
    this.#used++;
    this.#credit();
    return next;
  }

  #credit(): void {
    // Main replaces what was skipped. With nothing left to build, the load may be waiting for just that.
    const wanting = this.#skipped.length > 0 && this.#raw.size === 0;
    if (this.#used < this.creditBatch() && !wanting) return;
    this.onCredit(this.#used, this.#skipped);
    this.#used = 0;
    this.#skipped = [];
  }

  async #build(): Promise<void> {
    this.#building = true;
    let sliceEnd = this.now() + SLICE_MS;
    for (let next = this.#raw.shift(); next !== undefined; next = this.#raw.shift()) {
      const made = this.preparer.prepare(next.id, next.input);
      if (made instanceof Promise) await this.#later(next, made);
      else this.#settle(next, made);
      if (this.now() > sliceEnd) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        sliceEnd = this.now() + SLICE_MS;
      }
    }
    this.#building = false;
  }

  #settle({ id, input: { atS } }: Arrival, made: Preparation): void {
    if (made.kind === "skipped") {
      this.#skipped.push(id);
      this.#used++;
    } else {
      const ready: Ready = made.kind === "failed" ? { ...made, id: made.turn?.conversation.row ?? id } : made;
      this.#ready.push(atS === undefined ? ready : { ...ready, atS });
    }
    this.#credit();
    this.onReady();
  }

  /** An asynchronous plugin's requests are built side by side, each in bounded time: a promise may never settle. */
  async #later(arrival: Arrival, made: Promise<Preparation>): Promise<void> {
    const message = `buildRequest did not settle within ${this.patienceS} s`;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<Preparation>((resolve) => {
      timer = setTimeout(() => resolve({ kind: "failed", message }), Math.min(this.patienceS * 1000, LONGEST_TIMER_MS));
    });
    const settled = Promise.race([made, late]).then((preparation) => {
      clearTimeout(timer);
      this.#pending.delete(settled);
      this.#settle(arrival, preparation);
    });
    this.#pending.add(settled);
    if (this.#pending.size >= BUILT_AT_ONCE) await Promise.race(this.#pending);
  }
}
