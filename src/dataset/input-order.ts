import { setImmediate } from "node:timers/promises";
import type { DataOrder } from "../config/dataset.ts";
import type { Input } from "../contract/input.ts";
import { Prng } from "../tokens/prng.ts";

/** Inputs that wait to be drawn from, at most; where they are long, as many as have so many characters of JSON. */
const WINDOW_INPUTS = 10_000;
const WINDOW_CHARACTERS = 64_000_000;
/** Of a sample that is read, between two looks at whatever else happens, such as Ctrl-C. */
const READ_AT_ONCE = 1000;

/** The next input of a dataset's pass; null: the pass is over, and the next call begins another one. */
export type ReadInput = () => Promise<Input | null>;

/**
 * Puts inputs in another order, in bounded memory. A sample is drawn in one pass over the data (reservoir sampling) and
 * is then all there is. Shuffling draws from a window: a dataset of no more inputs than fit is shuffled whole, of a
 * longer one an input may come early by no more than the window.
 */
export class InputOrder {
  readonly #random: Prng;
  #sample: Input[] | null = null;
  #next = 0;
  readonly #window: Input[] = [];
  #characters = 0;
  /** Nothing more is to be read until the window is empty. */
  #passOver = true;
  #begun = false;
  #failure: unknown = null;

  constructor(
    readonly order: DataOrder,
    seed: number,
    /** The data never end: what is made at random already is neither sampled nor shuffled. */
    readonly endless: boolean,
    /** It ends with the first pass, or with all of the sample. */
    readonly once = false,
  ) {
    this.#random = new Prng(seed);
  }

  /** null: it has ended, which only one that goes `once` does. */
  async next(read: ReadInput): Promise<Input | null> {
    if (this.order.kind === "sample") return this.#sampled(this.order.count, read);
    if (this.order.kind === "shuffled" && !this.endless) return this.#shuffled(read);
    for (;;) {
      const input = await read();
      if (input !== null || this.once) return input;
    }
  }

  async #sampled(count: number, read: ReadInput): Promise<Input | null> {
    this.#sample ??= await this.#draw(count, read);
    if (this.once && this.#next === this.#sample.length) return null;
    return this.#sample[this.#next++ % this.#sample.length]!;
  }

  async #draw(count: number, read: ReadInput): Promise<Input[]> {
    const sample: Input[] = [];
    let seen = 0;
    for (let input = await read(); input !== null; input = await read()) {
      seen++;
      const place = seen <= count ? seen - 1 : this.#random.integer(0, seen - 1);
      if (place < count) sample[place] = input;
      if (this.endless && seen === count) return sample;
      if (seen % READ_AT_ONCE === 0) await setImmediate();
    }
    for (let at = sample.length - 1; at > 0; at--) {
      const other = this.#random.integer(0, at);
      [sample[at], sample[other]] = [sample[other]!, sample[at]!];
    }
    return sample;
  }

  async #shuffled(read: ReadInput): Promise<Input | null> {
    // What is left of a pass goes out before the next one begins.
    while (this.#window.length === 0 || !this.#passOver) {
      if (this.#window.length >= WINDOW_INPUTS || this.#characters >= WINDOW_CHARACTERS) break;
      if (this.#window.length === 0) {
        if (this.once && this.#begun && this.#failure === null) return null;
        this.#startPass();
      }
      await this.#readOne(read);
    }
    const place = this.#random.integer(0, this.#window.length - 1);
    const drawn = this.#window[place]!;
    const last = this.#window.pop()!;
    if (place < this.#window.length) this.#window[place] = last;
    this.#characters -= sizeOf(drawn);
    return drawn;
  }

  /** @throws what the dataset failed with, once everything that it gave before has gone out */
  #startPass(): void {
    if (this.#failure !== null) throw this.#failure;
    this.#passOver = false;
    this.#begun = true;
  }

  async #readOne(read: ReadInput): Promise<void> {
    try {
      const input = await read();
      if (input === null) this.#passOver = true;
      else {
        this.#window.push(input);
        this.#characters += sizeOf(input);
        if (this.#window.length % READ_AT_ONCE === 0) await setImmediate();
      }
    } catch (error) {
      this.#failure = error;
      this.#passOver = true;
    }
  }
}

function sizeOf(input: Input): number {
  return JSON.stringify(input).length;
}
