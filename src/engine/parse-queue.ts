import type { Interpretation } from "./interpretation.ts";

/** A slice delays at most this many milliseconds of arriving bytes' stamps. */
const SLICE_MS = 1;

/**
 * Reads finished exchanges between the event loop's turns: one slice of a millisecond, then whatever has arrived gets
 * its stamp, then the next slice.
 */
export class ParseQueue {
  #waiting: Interpretation[] = [];
  #head = 0;
  #scheduled = false;

  constructor(
    readonly now: () => number,
    /** Everything that has arrived so far is read; called once more when the exchange has ended. */
    readonly done: (read: Interpretation) => void,
  ) {}

  get size(): number {
    return this.#waiting.length - this.#head;
  }

  push(read: Interpretation): void {
    this.#waiting.push(read);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.#slice());
  }

  #slice(): void {
    this.#scheduled = false;
    const deadline = this.now() + SLICE_MS;
    do {
      const read = this.#waiting[this.#head]!;
      if (!read.advance(this.now, deadline)) break;
      this.#shift();
      this.done(read);
    } while (this.size > 0 && this.now() < deadline);
    if (this.size > 0) this.#schedule();
  }

  /** An index instead of Array.shift, which moves everything behind it. */
  #shift(): void {
    this.#head++;
    if (this.#head < 256 && this.#head < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }
}
