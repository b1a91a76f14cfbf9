/**
 * A service that answers so many requests at once; the others wait, first come first served. How long a reply takes is
 * known when it is planned, so a request's wait is known when it comes: no queue has to be kept. A client that goes away
 * leaves its slot taken to the planned end, as at a service that does not notice.
 */
export class Slots {
  /** When each is free, in milliseconds. */
  readonly #freeAt: number[];

  constructor(count: number) {
    this.#freeAt = new Array<number>(count).fill(Number.NEGATIVE_INFINITY);
  }

  /** Takes the slot that is free first, for so long; returns the wait for it. Milliseconds. */
  waitFor(nowMs: number, durationMs: number): number {
    let first = 0;
    for (let slot = 1; slot < this.#freeAt.length; slot++) {
      if (this.#freeAt[slot]! < this.#freeAt[first]!) first = slot;
    }
    const begin = Math.max(nowMs, this.#freeAt[first]!);
    this.#freeAt[first] = begin + durationMs;
    return begin - nowMs;
  }
}
