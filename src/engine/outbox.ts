import { packFinished } from "./packing.ts";
import type { Finished, FromEngine } from "./protocol.ts";

/** Rows in one message: serialising 64 of 10 KB holds the event loop for about half a millisecond. */
const ROWS_A_MESSAGE = 64;

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
    for (let from = 0; from < rows.length; from += ROWS_A_MESSAGE) {
      this.send({ type: "finished", packed: packFinished(rows.slice(from, from + ROWS_A_MESSAGE)) });
      if (from + ROWS_A_MESSAGE < rows.length) await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }
}
