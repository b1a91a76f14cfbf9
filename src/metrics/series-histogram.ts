import { quantileRank } from "./quantile.ts";
import type { PackedCounts } from "./series-model.ts";

/** 10^-3 ms, a microsecond: all below is counted there. */
const LEAST_EXPONENT = -3;
const DECADES = 10;
/** What lies more than half a power of ten below this quantile of those above 0 would only make a picture empty. */
const FAR_BELOW = 5;

/** Counts of values in buckets of equal ratio: any number of them in flat memory, quantiles to half a bucket. */
export class LogCounts {
  readonly #perDecade: number;
  readonly #counts: Uint32Array;
  #count = 0;

  /** @param perDecade buckets for each power of ten: 1000 are 0.23% wide, 200 are 1.2% */
  constructor(perDecade: number) {
    this.#perDecade = perDecade;
    this.#counts = new Uint32Array(perDecade * DECADES);
  }

  get count(): number {
    return this.#count;
  }

  /** @param value milliseconds; what is not above 0 counts as the least */
  add(value: number): void {
    const place = Math.floor((Math.log10(value) - LEAST_EXPONENT) * this.#perDecade);
    // NaN and -Infinity, the logarithms of what is not above 0, become 0 here.
    this.#counts[Math.min(Math.max(place || 0, 0), this.#counts.length - 1)]! += 1;
    this.#count++;
  }

  /** The middle of the bucket that holds the quantile; null where there are fewer than `least` values. */
  quantile(permille: number, least = 1): number | null {
    if (this.#count < least || this.#count === 0) return null;
    return 10 ** (LEAST_EXPONENT + (this.#placeOf(permille) + 0.5) / this.#perDecade);
  }

  /** At most `most` buckets, wider ones where the values lie far apart; null for no value. Zeros are in the first. */
  packed(most: number): PackedCounts | null {
    if (this.#count === 0) return null;
    const low = this.#lowest();
    const high = this.#counts.findLastIndex((n) => n > 0);
    let merged = 1;
    while (Math.floor(high / merged) - Math.floor(low / merged) >= most) merged *= 2;
    const first = Math.floor(low / merged);
    const counts = new Array<number>(Math.floor(high / merged) - first + 1).fill(0);
    for (let place = 0; place <= high; place++) {
      counts[Math.max(0, Math.floor(place / merged) - first)]! += this.#counts[place]!;
    }
    const perDecade = this.#perDecade / merged;
    return { perDecade, first: first + LEAST_EXPONENT * perDecade, counts };
  }

  /** Where a picture begins. Values that were stamped together are 0 apart: nothing lies between those and the rest. */
  #lowest(): number {
    const zeros = this.#counts[0]!;
    if (zeros === this.#count) return 0;
    const far = Math.max(0, this.#placeOf(FAR_BELOW, zeros) - this.#perDecade / 2);
    // Zeros stand apart from the least of the others, or they would seem to be like it.
    return zeros > 0
      ? far
      : Math.max(
          this.#counts.findIndex((n) => n > 0),
          far,
        );
  }

  /** The bucket that holds a quantile. @param without so many of the least values left out */
  #placeOf(permille: number, without = 0): number {
    const rank = without + quantileRank(permille, this.#count - without);
    let seen = 0;
    let place = 0;
    while (seen + this.#counts[place]! <= rank) seen += this.#counts[place++]!;
    return place;
  }
}
