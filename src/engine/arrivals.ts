import { Fifo } from "./fifo.ts";
import type { Prepared, Preparer } from "./prepared.ts";
import type { Arrival } from "./protocol.ts";

/** A request ready to go, or one that its plugin could not build: that one's turn comes too, as a failure. */
export type Ready = { kind: "ready"; prepared: Prepared } | { kind: "failed"; id: number; message: string };

/** Requests are built in slices of this many milliseconds, so that building never holds back a stamp for longer. */
const SLICE_MS = 1;

/** Inputs on their way to becoming requests, built ahead of their time and in order. */
export class Arrivals {
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
      const made = await this.preparer.prepare(next.id, next.input);
      if (made.kind === "skipped") {
        this.#skipped.push(next.id);
        this.#used++;
      } else {
        this.#ready.push(made.kind === "failed" ? { ...made, id: next.id } : made);
      }
      this.#credit();
      this.onReady();
      if (this.now() > sliceEnd) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        sliceEnd = this.now() + SLICE_MS;
      }
    }
    this.#building = false;
  }
}
