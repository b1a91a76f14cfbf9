import type { Schedule } from "./open-loop.ts";

/**
 * Times that the requests have themselves. The next one is taken as soon as the one before is out, and waits here for its
 * moment; where none is there yet, whoever brings it wakes the loop.
 *
 * @param take the next request, in the order of their times; null: none is there yet
 * @param atS when it is due, in seconds from the start
 */
export function ownTimes<R>(take: () => R | null, atS: (request: R) => number): Schedule<R> {
  return {
    next() {
      const request = take();
      return request === null ? "later" : { atMs: atS(request) * 1000, request };
    },
  };
}
