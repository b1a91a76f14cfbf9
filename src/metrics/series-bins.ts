const STEPS = [1, 2, 5, 10];

/** The first of 1, 2, 5, 10, 20, 50 ... and of their tenths that is at least `length`. */
export function roundLength(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length));
  return Number((power * STEPS.find((step) => step * power >= length * 0.999_999)!).toPrecision(6));
}

/** Amounts that fell at a moment or were spread over a time, summed in bins: one amount costs the same however long. */
export class Bins {
  readonly #at: Float64Array;
  /** Changes from bin to bin of what fills whole bins. */
  readonly #steps: Float64Array;
  readonly #width: number;

  /** @param width of a bin, in seconds */
  constructor(count: number, width: number) {
    this.#at = new Float64Array(count);
    this.#steps = new Float64Array(count + 1);
    this.#width = width;
  }

  /** @param time seconds from the first bin's begin; what lies outside counts in the nearest bin */
  add(time: number, amount: number): void {
    this.#at[this.#place(time)]! += amount;
  }

  /** Spreads the amount evenly. */
  spread(from: number, to: number, amount: number): void {
    const first = this.#place(from);
    const last = this.#place(to);
    if (first === last || !(to > from)) {
      this.add(from, amount);
      return;
    }
    const perBin = (amount * this.#width) / (to - from);
    this.#at[first]! += (first + 1 - from / this.#width) * perBin;
    this.#at[last]! += (to / this.#width - last) * perBin;
    this.#steps[first + 1]! += perBin;
    this.#steps[last]! -= perBin;
  }

  /** A second, in each bin, to 3 decimals. */
  perSecond(): number[] {
    let filled = 0;
    return Array.from(this.#at, (amount, place) => {
      filled += this.#steps[place]!;
      return Math.max(0, Math.round(((amount + filled) / this.#width) * 1000) / 1000);
    });
  }

  #place(time: number): number {
    return Math.min(Math.max(Math.floor(time / this.#width), 0), this.#at.length - 1);
  }
}
