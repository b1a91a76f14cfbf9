import type { Prepared, Preparer } from "./prepared.ts";
import type { Arrival } from "./protocol.ts";

/** A request ready to go, or one that its plugin could not build: that one's turn comes too, as a failure. */
export type Ready = { kind: "ready"; prepared: Prepared } | { kind: "failed"; id: number; message: string };

/** Requests are built in slices of this many milliseconds, so that building never holds back a stamp for longer. */
const SLICE_MS = 1;

/** Inputs on their way to becoming requests, built ahead of their time and in order. */
export class Arrivals {
  #raw: Arrival[] = [];
  #ready: Ready[] = [];
  #rawHead = 0;
  #readyHead = 0;
  #building = false;
  #used = 0;
  #skipped = 0;

  constructor(
    readonly preparer: Preparer,
    readonly now: () => number,
    /** How many are used up before main hears of it. */
    readonly creditBatch: () => number,
    readonly onCredit: (used: number, skipped: number) => void,
    readonly onReady: () => void,
  ) {}

  /** Requests built and waiting. */
  get ready(): number {
    return this.#ready.length - this.#readyHead;
  }

  push(arrivals: Arrival[]): void {
    if (this.#rawHead === this.#raw.length) {
      this.#raw = arrivals;
      this.#rawHead = 0;
    } else {
      for (const arrival of arrivals) this.#raw.push(arrival);
    }
    if (!this.#building) void this.#build();
  }

  take(): Ready | null {
    const next = this.#ready[this.#readyHead];
    if (next === undefined) return null;
    this.#readyHead++;
    if (this.#readyHead === this.#ready.length) {
      this.#ready = [];
      this.#readyHead = 0;
    }
    this.#use(0);
    return next;
  }

  #use(skipped: number): void {
    this.#used++;
    this.#skipped += skipped;
    const starving = this.ready === 0 && this.#rawHead === this.#raw.length;
    if (this.#used < this.creditBatch() && !(skipped > 0 && starving)) return;
    this.onCredit(this.#used, this.#skipped);
    this.#used = 0;
    this.#skipped = 0;
  }

  async #build(): Promise<void> {
    this.#building = true;
    let sliceEnd = this.now() + SLICE_MS;
    while (this.#rawHead < this.#raw.length) {
      const { id, input } = this.#raw[this.#rawHead]!;
      this.#rawHead++;
      const made = await this.preparer.prepare(id, input);
      if (made.kind === "skipped") {
        this.#use(1);
      } else {
        this.#ready.push(made.kind === "failed" ? { ...made, id } : made);
      }
      this.onReady();
      if (this.now() > sliceEnd) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        sliceEnd = this.now() + SLICE_MS;
      }
    }
    this.#building = false;
  }
}
