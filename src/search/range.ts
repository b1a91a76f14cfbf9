/** Where a search may go, and how fine. */
export interface LoadRange {
  start: number;
  lowest: number;
  highest: number;
  /** Two loads closer than this share of the lower one count as neighbours. */
  precision: number;
  /** Requests at once come whole; requests a second do not. */
  whole: boolean;
}

export function firstLoad({ start, lowest, highest }: LoadRange): number {
  return Math.min(Math.max(start, lowest), highest);
}

export function twice(load: number, { highest }: LoadRange): number {
  return Math.min(load * 2, highest);
}

export function half(load: number, { lowest, whole }: LoadRange): number {
  return Math.max(whole ? Math.floor(load / 2) : load / 2, lowest);
}

/** The load to try between two others; null: they are neighbours. Rates halve by ratio, for their scale has no end. */
export function between(low: number, high: number, { precision, whole }: LoadRange): number | null {
  if (high <= low * (1 + precision) || (whole && high - low <= 1)) return null;
  return whole ? Math.floor((low + high) / 2) : threeDigits(Math.sqrt(low * high), low, high);
}

/** A rate that a person can read, where that stays between its neighbours. */
function threeDigits(rate: number, low: number, high: number): number {
  const rounded = Number(rate.toPrecision(3));
  return rounded > low && rounded < high ? rounded : rate;
}
