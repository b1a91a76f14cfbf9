/** Counts of values between fixed bounds. */
export class Histogram {
  /** Values up to each bound and above the one before; the last count is of those above all. */
  readonly counts: number[];
  sum = 0;
  count = 0;

  /** @param bounds ascending, in the values' unit */
  constructor(readonly bounds: readonly number[]) {
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number): void {
    let place = 0;
    while (place < this.bounds.length && value > this.bounds[place]!) place++;
    this.counts[place]!++;
    this.sum += value;
    this.count++;
  }
}
