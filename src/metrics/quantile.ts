/** Values counted below this are one array slot a microsecond (1.05 s in all, 8 MB); the rare ones above go in a map. */
const DENSE = 2 ** 20;
/** The array begins with this many slots and doubles when a value needs it: most gaps are a few milliseconds. */
const FIRST_SLOTS = 2 ** 14;

/**
 * The rank, from 0, of a quantile among `n` sorted values: ceil(k n / 1000) - 1. A value that was measured, never one
 * between two. `permille` is whole, so that the product is exact in floating point.
 */
export function quantileRank(permille: number, n: number): number {
  return Math.max(0, Math.ceil((permille * n) / 1000) - 1);
}

/** @param sorted ascending, not empty */
export function quantile(sorted: Float64Array, permille: number): number {
  return sorted[quantileRank(permille, sorted.length)]!;
}

/**
 * Counts of values in whole microseconds: exact quantiles of any number of them in flat memory. Counts are doubles,
 * because a 32-bit count of one-token gaps could wrap within a long run.
 */
export class MicroCounts {
  #dense = new Float64Array(FIRST_SLOTS);
  readonly #sparse = new Map<number, number>();
  #count = 0;
  #sum = 0;

  /** How many values, each by its weight. */
  get count(): number {
    return this.#count;
  }

  /** Mean of the values as they came, before rounding; NaN of none. */
  get mean(): number {
    return this.#sum / this.#count;
  }

  /** @param micros not negative; counted as its nearest whole microsecond, `weight` times */
  add(micros: number, weight = 1): void {
    const bucket = Math.round(micros);
    if (bucket >= this.#dense.length && bucket < DENSE) this.#widen(bucket);
    if (bucket < DENSE) this.#dense[bucket]! += weight;
    else this.#sparse.set(bucket, (this.#sparse.get(bucket) ?? 0) + weight);
    this.#count += weight;
    this.#sum += micros * weight;
  }

  /** Each value that occurred and its count, ascending. */
  entries(): [micros: number, count: number][] {
    const dense = this.#dense;
    const found: [number, number][] = [];
    for (let micros = 0; micros < dense.length; micros++) {
      const count = dense[micros]!;
      if (count > 0) found.push([micros, count]);
    }
    return found.concat([...this.#sparse].sort(([a], [b]) => a - b));
  }

  /** Counts of its own from here on. */
  copy(): MicroCounts {
    const copy = new MicroCounts();
    copy.#dense = this.#dense.slice();
    for (const [micros, count] of this.#sparse) copy.#sparse.set(micros, count);
    copy.#count = this.#count;
    copy.#sum = this.#sum;
    return copy;
  }

  #widen(bucket: number): void {
    const wider = new Float64Array(2 ** Math.ceil(Math.log2(bucket + 1)));
    wider.set(this.#dense);
    this.#dense = wider;
  }
}
