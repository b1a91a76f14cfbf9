/** log2 of the values counted singly. */
const EXACT_BITS = 14;
const EXACT = 2 ** EXACT_BITS;
const HALF = EXACT / 2;
const OCTAVES = 32 - EXACT_BITS;
/** Microseconds: 71 minutes, the last bucket. */
const LONGEST = 2 ** 32 - 1;

/** Milliseconds; null: nothing was counted. */
export interface Spread {
  p50: number | null;
  p90: number | null;
  p99: number | null;
  max: number | null;
  count: number;
}

/**
 * Durations in integer microseconds, counted in 640 KB however many there are: exact below 16.384 ms, above that in
 * buckets of at most 1/8192 of the value (0.06 ms at 500 ms), told by their upper edge.
 */
export class Histogram {
  #counts = new Uint32Array(EXACT + OCTAVES * HALF);
  #count = 0;
  #max = 0;

  add(milliseconds: number, times = 1): void {
    const micros = Math.min(Math.max(Math.round(milliseconds * 1000), 0), LONGEST);
    this.#counts[bucketOf(micros)]! += times;
    this.#count += times;
    if (micros > this.#max) this.#max = micros;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#max = 0;
  }

  spread(): Spread {
    const [p50, p90, p99] = this.#percentiles([500, 900, 990]);
    return { p50: p50!, p90: p90!, p99: p99!, max: this.#count === 0 ? null : this.#max / 1000, count: this.#count };
  }

  /** sorted[ceil(k n / 1000) - 1] for each k, ascending, in milliseconds. */
  #percentiles(permilles: number[]): (number | null)[] {
    if (this.#count === 0) return permilles.map(() => null);
    let seen = 0;
    let bucket = -1;
    return permilles.map((permille) => {
      const rank = Math.ceil((permille * this.#count) / 1000);
      while (seen < rank) seen += this.#counts[++bucket]!;
      return Math.min(upperEdge(bucket), this.#max) / 1000;
    });
  }
}

function bucketOf(micros: number): number {
  if (micros < EXACT) return micros;
  const shift = 32 - Math.clz32(micros) - EXACT_BITS;
  return EXACT + (shift - 1) * HALF + (micros >>> shift) - HALF;
}

function upperEdge(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const shift = Math.floor((bucket - EXACT) / HALF) + 1;
  const step = ((bucket - EXACT) % HALF) + HALF;
  return (step + 1) * 2 ** shift - 1;
}
