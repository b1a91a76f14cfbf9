import type { CancelConfig } from "../config/run-config.ts";
import { mixedSeed } from "../load/stages.ts";
import { Prng } from "../tokens/prng.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Gives up a share of the requests on purpose, each by a timer of its own: a sweep would be late by a tenth of a second.
 * Which ones follows from the seed and a request's number alone, whoever sends it.
 */
export class Cancellation {
  readonly #timers = new Map<Exchange, ReturnType<typeof setTimeout>>();

  constructor(
    readonly now: () => number,
    readonly config: CancelConfig | null,
    readonly seed: number,
  ) {}

  /** To be called when it is on its way. */
  watch(exchange: Exchange): void {
    if (this.config === null || !this.#chosen(exchange.prepared.id, this.config.share)) return;
    this.#wait(exchange, this.config.afterS);
  }

  /** It has ended. */
  forget(exchange: Exchange): void {
    const timer = this.#timers.get(exchange);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#timers.delete(exchange);
  }

  #chosen(id: number, share: number): boolean {
    return new Prng(mixedSeed(this.seed, id)).uint32() < share * 2 ** 32;
  }

  #wait(exchange: Exchange, afterS: number): void {
    const { passage, sent } = exchange;
    const stamp = this.now();
    // Not written yet: it has all of its time left.
    const from = passage === null ? sent : (passage.written ?? stamp);
    const leftMs = from + afterS * 1000 - stamp;
    if (leftMs > 0) {
      this.#timers.set(
        exchange,
        setTimeout(() => this.#wait(exchange, afterS), leftMs),
      );
      return;
    }
    const message = `given up on purpose after ${afterS} s (--cancel-after)`;
    exchange.stop({ ok: false, kind: "cancelled_on_purpose", message, stamp });
  }
}
