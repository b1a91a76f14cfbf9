import type { Timeouts } from "../config/run-config.ts";
import type { Exchange } from "./exchange.ts";

/** A server that keeps a body open after the API's own end is left alone this long. */
const LINGER_MS = 1000;
/** A silent stream is read ahead of its end, to see whether it is already complete. */
const SILENT_MS = 500;

export interface Watchers {
  /** Whether the address can be connected to now: tells a late answer from a connection that never came about. */
  reachable(url: string): Promise<boolean>;
  /** Reads what a silent exchange has brought so far; the API's own end seen? */
  hasEnded(exchange: Exchange): boolean;
}

/**
 * Everything on the wire, watched by one sweep instead of a timer each: 10,000 exchanges cost under a millisecond a
 * sweep, and a timeout is late by one sweep at most.
 */
export class InFlight {
  readonly #exchanges = new Set<Exchange>();
  /** Not yet told to main. */
  #unannounced = new Set<Exchange>();
  #probing = new Set<Exchange>();

  constructor(
    readonly now: () => number,
    readonly timeouts: Timeouts,
    readonly watchers: Watchers,
  ) {}

  get size(): number {
    return this.#exchanges.size;
  }

  add(exchange: Exchange): void {
    this.#exchanges.add(exchange);
    this.#unannounced.add(exchange);
  }

  delete(exchange: Exchange): void {
    this.#exchanges.delete(exchange);
    this.#unannounced.delete(exchange);
  }

  /** What has gone out since the last call and is still out. */
  announce(): Exchange[] {
    const started = [...this.#unannounced];
    this.#unannounced = new Set();
    return started;
  }

  abort(): void {
    const stamp = this.now();
    for (const exchange of [...this.#exchanges]) {
      exchange.stop({ ok: false, kind: "cancelled", message: "the run was interrupted", stamp });
    }
  }

  sweep(): void {
    const stamp = this.now();
    for (const exchange of [...this.#exchanges]) this.#check(exchange, stamp);
  }

  #check(exchange: Exchange, stamp: number): void {
    const { connectS, readS, totalS } = this.timeouts;
    const silentMs = stamp - exchange.heard;
    const elapsedMs = stamp - exchange.sent;
    if (silentMs > SILENT_MS && exchange.stamps.length > 0 && this.watchers.hasEnded(exchange)) {
      if (silentMs > LINGER_MS) exchange.stop({ ok: true, stamp });
    } else if (elapsedMs > totalS * 1000) {
      exchange.stop({
        ok: false,
        kind: "timeout_total",
        message: `not done after ${totalS} s (--total-timeout)`,
        stamp,
      });
    } else if (silentMs > readS * 1000) {
      exchange.stop({ ok: false, kind: "timeout_idle", message: `silent for ${readS} s (--read-timeout)`, stamp });
    } else if (exchange.status === null && elapsedMs > connectS * 1000 && !this.#probing.has(exchange)) {
      void this.#probe(exchange, connectS);
    }
  }

  async #probe(exchange: Exchange, connectS: number): Promise<void> {
    this.#probing.add(exchange);
    const reachable = await this.watchers.reachable(exchange.prepared.wire.url);
    this.#probing.delete(exchange);
    if (reachable || exchange.status !== null) return;
    const message = `no connection within ${connectS} s (--connect-timeout)`;
    exchange.stop({ ok: false, kind: "timeout_connect", message, stamp: this.now() });
  }
}
