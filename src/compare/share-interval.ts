import { studentT } from "../metrics/student.ts";
import type { Interval } from "./comparison-model.ts";

/** So many of so many. */
export interface Count {
  part: number;
  of: number;
}

/** Student's t with so many degrees of freedom is the normal distribution. */
const NORMAL = 1e6;

/** Wilson's score interval of a share: never empty, not even at 0 of n or n of n. */
export function wilson({ part, of }: Count, confidence: number): Interval {
  const z = studentT(NORMAL, confidence);
  const share = part / of;
  const centre = share + z ** 2 / (2 * of);
  const half = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  const scale = 1 + z ** 2 / of;
  return { low: Math.max(0, (centre - half) / scale), high: Math.min(1, (centre + half) / scale) };
}

/**
 * b - a of two shares (Newcombe 1998, method 10): the least that is unknown of them, had requests failed independently
 * of each other. null: one of them counts nothing.
 */
export function shareDifference(a: Count, b: Count, confidence: number): Interval | null {
  if (a.of === 0 || b.of === 0) return null;
  const [p, q] = [a.part / a.of, b.part / b.of];
  const [ofA, ofB] = [wilson(a, confidence), wilson(b, confidence)];
  return {
    low: q - p - Math.hypot(q - ofB.low, ofA.high - p),
    high: q - p + Math.hypot(ofB.high - q, p - ofA.low),
  };
}
