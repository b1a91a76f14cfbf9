/**
 * How much of the allowed probability of a false alarm may be spent when a share of the budget has gone: alpha times
 * ln(1 + (e - 1) t) (Lan and DeMets 1983, after Pocock), which leaves enough for early looks at large differences.
 *
 * Each look then takes what has newly become free as its own. By Boole's inequality the looks together are wrong no more
 * often than alpha, however they depend on each other: a little is lost to caution, and nothing is assumed.
 */
export class ErrorSpending {
  #spent = 0;

  constructor(readonly alpha: number) {}

  /** @param share of the budget that is gone, 0 to 1; the last look is at 1 */
  atLook(share: number): number {
    const allowed = this.alpha * Math.log1p((Math.E - 1) * Math.min(1, Math.max(0, share)));
    const own = Math.max(0, allowed - this.#spent);
    this.#spent = Math.max(this.#spent, allowed);
    return own;
  }
}

/** Pairs of blocks after which to look: few looks, closer together at the beginning. Even, for ABBA is two pairs. */
export function isLook(pairs: number): boolean {
  for (let next = FIRST; next <= pairs; next = 2 * Math.ceil((next * GROWTH) / 2)) if (next === pairs) return true;
  return false;
}

const FIRST = 4;
const GROWTH = 1.5;
