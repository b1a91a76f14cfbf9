/** Bound on the relative error of a quantile. */
const ERROR = 0.01;
const GAMMA = (1 + ERROR) / (1 - ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** The range kept apart, in milliseconds: 1 microsecond to about 27 hours. What lies beyond counts at the near end. */
const FLOOR_MS = 1e-3;
const CEILING_MS = 1e8;
const BUCKETS = Math.ceil(Math.log(CEILING_MS / FLOOR_MS) / LOG_GAMMA) + 1;

/**
 * Quantiles of latencies in flat memory (10 KB), for the live view alone: the report's are exact. Bucket i counts the
 * values from FLOOR * GAMMA^(i-1), exclusive, to FLOOR * GAMMA^i; the value that stands for a bucket is at most 1% from
 * any value in it.
 */
export class LatencySketch {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  /** Counts one latency, in milliseconds; NaN is no latency and is left out. Costs one logarithm. */
  add(ms: number): void {
    if (Number.isNaN(ms)) return;
    const clamped = Math.min(Math.max(ms, FLOOR_MS), CEILING_MS);
    const bucket = Math.ceil(Math.log(clamped / FLOOR_MS) / LOG_GAMMA);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    if (clamped < this.#min) this.#min = clamped;
    if (clamped > this.#max) this.#max = clamped;
  }

  /** Takes everything from another. */
  merge(other: LatencySketch): void {
    if (other.#count === 0) return;
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#counts[bucket]! += other.#counts[bucket]!;
    this.#count += other.#count;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
  }

  /**
   * The latency at rank ceil(q n), in milliseconds; null before the first.
   *
   * @param q 0 to 1, taken as a whole permille: 0.07 * 100 is 7.000000000000001, and its ceiling would be one too many
   */
  quantile(q: number): number | null {
    if (this.#count === 0) return null;
    const rank = Math.max(1, Math.ceil((Math.round(q * 1000) * this.#count) / 1000));
    let seen = 0;
    let bucket = 0;
    while (bucket < BUCKETS - 1) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) break;
      bucket += 1;
    }
    const middle = (2 * FLOOR_MS * GAMMA ** bucket) / (GAMMA + 1);
    return Math.min(Math.max(middle, this.#min), this.#max);
  }
}
