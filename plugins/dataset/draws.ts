/** Whole numbers from 0 to 2^32 - 1, evenly. */
export type Draws = () => number;

/**
 * Random numbers that a seed and a number decide, for what is made and must be made again alike. Not for secrets.
 * The state is a counter, each number a mix of its bits (32-bit "murmur3 finalizer").
 */
export function draws(seed: number, item: number): Draws {
  let state = Math.imul(mixed(seed), 0x9e3779b1) ^ mixed(item + 0x6a09e667);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return mixed(state);
  };
}

/** One of the whole numbers from `low` to `high`, both included. */
export function between(low: number, high: number, draw: Draws): number {
  return low + Math.floor((draw() / 2 ** 32) * (high - low + 1));
}

function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
