import type { Reading } from "./reading.ts";

/** A slice delays at most this many milliseconds of arriving bytes' stamps. */
const SLICE_MS = 1;
/** Between slices the cores are left to the sockets: at 1,000 at once this takes a fifth off the error of TTFT. */
const PAUSE_MS = 2;
/** What has waited longer than this is read without pauses: memory must not follow a load that never lets up. */
const LONGEST_WAIT_MS = 1000;

/**
 * Reads finished exchanges when the clock has no use for the process: a slice of a millisecond, a pause in which
 * whatever arrives gets its stamp, the next slice.
 */
export class ParseQueue {
  /** null: read, and let go of: a reply of 50,000 chunks must not wait here for the array's next cut. */
  #waiting: (Reading | null)[] = [];
  #head = 0;
  /** What somebody waits for. */
  readonly #awaited: Reading[] = [];
  #scheduled = false;

  constructor(
    readonly now: () => number,
    /** Nothing else is going on: no pauses. */
    readonly idle: () => boolean,
    /** Everything that has arrived so far is read; called once more when the exchange has ended. */
    readonly done: (read: Reading) => void,
  ) {}

  get size(): number {
    return this.#waiting.length - this.#head + this.#awaited.length;
  }

  /** @param awaited the next turn of a conversation waits for it: no pauses, and before all else */
  push(read: Reading, awaited = false): void {
    if (!awaited) {
      this.#waiting.push(read);
      this.#schedule();
    } else if (this.#awaited.push(read) === 1) {
      setImmediate(() => this.#awaitedSlice());
    }
  }

  #awaitedSlice(): void {
    const deadline = this.now() + SLICE_MS;
    do {
      if (!this.#awaited[0]!.advance(this.now, deadline)) break;
      this.done(this.#awaited.shift()!);
    } while (this.#awaited.length > 0 && this.now() < deadline);
    if (this.#awaited.length > 0) setImmediate(() => this.#awaitedSlice());
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const { ended, heard } = this.#waiting[this.#head]!.exchange;
    const waited = this.now() - (ended?.stamp ?? heard);
    if (waited > LONGEST_WAIT_MS || this.idle()) setImmediate(() => this.#slice());
    else setTimeout(() => this.#slice(), PAUSE_MS);
  }

  #slice(): void {
    this.#scheduled = false;
    const deadline = this.now() + SLICE_MS;
    do {
      const read = this.#waiting[this.#head]!;
      if (!read.advance(this.now, deadline)) break;
      this.#shift();
      this.done(read);
    } while (this.#head < this.#waiting.length && this.now() < deadline);
    if (this.#head < this.#waiting.length) this.#schedule();
  }

  /** An index instead of Array.shift, which moves everything behind it. */
  #shift(): void {
    this.#waiting[this.#head++] = null;
    if (this.#head < 256 && this.#head < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#head);
    this.#head = 0;
  }
}
