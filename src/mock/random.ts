import type { Amount } from "./options.ts";

/** Numbers from 0 up to but not including 1, the same sequence for the same seed (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function draw(amount: Amount, random: Random): number {
  return typeof amount === "number" ? amount : amount.from + (amount.to - amount.from) * random();
}

/** Both ends are as likely as what lies between. */
export function drawWhole(amount: Amount, random: Random): number {
  if (typeof amount === "number") return amount;
  return amount.from + Math.floor((amount.to - amount.from + 1) * random());
}
