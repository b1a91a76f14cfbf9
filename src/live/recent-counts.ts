/** Seconds that the live view's curves go back. */
export const RECENT_SECONDS = 30;

/** How many a second, of the last seconds. */
export class RecentCounts {
  readonly #counts = new Float64Array(RECENT_SECONDS);
  readonly #at = new Float64Array(RECENT_SECONDS).fill(-1);

  /** @param at whole seconds since the run began */
  add(count: number, at: number): void {
    const place = at % RECENT_SECONDS;
    if (this.#at[place] !== at) {
      this.#at[place] = at;
      this.#counts[place] = 0;
    }
    this.#counts[place]! += count;
  }

  /** The oldest first; the second that goes on is left out, because it has only begun. */
  read(now: number): number[] {
    const first = Math.max(0, now - RECENT_SECONDS + 1);
    return Array.from({ length: now - first }, (_, i) => {
      const at = first + i;
      return this.#at[at % RECENT_SECONDS] === at ? this.#counts[at % RECENT_SECONDS]! : 0;
    });
  }
}
