/** Seeded random numbers (the sfc32 generator): the same seed gives the same numbers on every machine. */
export class Prng {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /**
   * @param seed any finite number; different numbers give unrelated sequences
   * @param salt the same, a whole number from 0 to 2^32 - 1
   */
  constructor(seed: number, salt = 0) {
    const [low, high] = new Uint32Array(new Float64Array([seed]).buffer);
    this.#a = low!;
    this.#b = high!;
    this.#c = 0x9e3779b9 ^ salt;
    // Like seeds share most of their bits; these rounds spread the difference over the whole state.
    for (let round = 0; round < 15; round++) this.uint32();
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 up to but not including 1. */
  fraction(): number {
    return this.uint32() / 2 ** 32;
  }

  /** An integer from `low` to `high`, both included; `high - low` below 2^32. */
  integer(low: number, high: number): number {
    return low + Math.floor((this.uint32() / 2 ** 32) * (high - low + 1));
  }
}
