import type { FaultName, FaultShares } from "./faults.ts";
import { type Random, seededRandom } from "./random.ts";

/** So that faults and lengths of one seed are not drawn alike. */
const SALT = 0x5bd1e995;

/** A fault that a request is to meet, and where in its reply: from 0 up to but not including 1. */
export interface Draw {
  name: FaultName;
  place: number;
}

/** Says which request meets which fault: the same for the same seed, shares and order of requests. */
export class FaultDice {
  readonly #random: Random;

  constructor(
    readonly shares: FaultShares,
    seed: number,
  ) {
    this.#random = seededRandom(seed ^ SALT);
  }

  /** null: none. Always two numbers, so that where a fault strikes does not move who meets one. */
  draw(): Draw | null {
    if (this.shares.size === 0) return null;
    let left = this.#random();
    const place = this.#random();
    for (const [name, share] of this.shares) {
      left -= share;
      if (left < 0) return { name, place };
    }
    return null;
  }
}
