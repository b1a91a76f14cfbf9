import { packFinished } from "./packing.ts";
import type { Finished, FromEngine } from "./protocol.ts";

/** Rows in one message: serialising 64 of 10 KB holds the event loop for about half a millisecond. */
const ROWS_A_MESSAGE = 64;
/** Characters in one message, unless a single row has more: 64 replies of 50,000 chunks would be one of 600 MB. */
const LENGTH_A_MESSAGE = 4e6;

/** Finished requests on their way to the main process. */
export class Outbox {
  #rows: Finished[] = [];
  #flushing: Promise<void> = Promise.resolve();

  constructor(readonly send: (message: FromEngine) => void) {}

  get size(): number {
    return this.#rows.length;
  }

  push(row: Finished): void {
    this.#rows.push(row);
  }

  /** Hands everything over, in order, with a turn of the event loop between messages. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#handOver());
    return this.#flushing;
  }

  async #handOver(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    let from = 0;
    while (from < rows.length) {
      const to = batchEnd(rows, from);
      this.send({ type: "finished", packed: packFinished(rows.slice(from, to)) });
      if (to < rows.length) await new Promise<void>((resolve) => setImmediate(resolve));
      from = to;
    }
  }
}

function batchEnd(rows: Finished[], from: number): number {
  let length = 0;
  let to = from;
  while (to < rows.length && to - from < ROWS_A_MESSAGE && (to === from || length < LENGTH_A_MESSAGE)) {
    const { difference, ...texts } = rows[to]!.recorded.payload;
    for (const text of Object.values(texts)) length += text?.length ?? 0;
    length += difference?.tail.length ?? 0;
    to++;
  }
  return to;
}
