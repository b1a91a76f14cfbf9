/**
 * The engine's clock: milliseconds since this process's `performance.timeOrigin`. Monotonic, and so only meaningful
 * inside one process; `unix` ties it to the date by the anchor that the table `engine` keeps.
 */
export interface Clock {
  now(): number;
  /** Unix seconds of a stamp. */
  unix(stamp: number): number;
}

export function processClock(): Clock {
  const origin = performance.timeOrigin;
  return {
    // Bound once: called for every read of every response.
    now: performance.now.bind(performance),
    unix: (stamp) => (origin + stamp) / 1000,
  };
}
