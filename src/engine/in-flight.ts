import type { Timeouts } from "../config/run-config.ts";
import type { Reachability } from "../transport/reachable.ts";
import type { Passage } from "../transport/transport.ts";
import type { Exchange } from "./exchange.ts";

/** A server that keeps a body open after the API's own end is left alone this long. */
const LINGER_MS = 1000;
/** A silent stream is read ahead of its end, to see whether it is already complete. */
const SILENT_MS = 500;
/** Of --connect-timeout, when an address is first asked for: the answer may take the rest of it. */
const ASKED_EARLY = 0.5;

const NO_CONNECTION = "no connection";
const NO_HANDSHAKE = "connected, but no TLS handshake";

export interface Watchers {
  /** Tells a late answer from a connection that never came about, where the transport cannot. */
  reach: Pick<Reachability, "look" | "answered">;
  /** Reads what a silent exchange has brought so far; the API's own end seen? */
  hasEnded(exchange: Exchange): boolean;
}

/**
 * Everything on the wire, watched by one sweep instead of a timer each: 10,000 exchanges cost half a millisecond a
 * sweep, two where all of them wait for a head late, and a timeout is late by one sweep at most.
 */
export class InFlight {
  readonly #exchanges = new Set<Exchange>();
  /** Not yet told to main. */
  #unannounced = new Set<Exchange>();

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
    if (exchange.status !== null) this.watchers.reach.answered(exchange.prepared.wire.url);
  }

  /** What has gone out since the last call and is still out. */
  announce(): Exchange[] {
    const started = [...this.#unannounced];
    this.#unannounced = new Set();
    return started;
  }

  /** Gives up everything. @param message why */
  abort(message: string): void {
    const stamp = this.now();
    for (const exchange of [...this.#exchanges]) {
      exchange.stop({ ok: false, kind: "cancelled", message, stamp });
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
    if (silentMs > SILENT_MS && exchange.body.reads > 0 && this.watchers.hasEnded(exchange)) {
      if (silentMs > LINGER_MS) exchange.stop({ ok: true, stamp });
    } else if (elapsedMs > totalS * 1000) {
      const message = `not done after ${totalS} s (--total-timeout)`;
      exchange.stop({ ok: false, kind: "timeout_total", message, stamp });
    } else if (silentMs > readS * 1000) {
      exchange.stop({ ok: false, kind: "timeout_idle", message: `silent for ${readS} s (--read-timeout)`, stamp });
    } else if (elapsedMs > connectS * ASKED_EARLY * 1000 && !hasAnswered(exchange)) {
      const lack = this.#lackOf(exchange);
      if (lack === null || elapsedMs <= connectS * 1000) return;
      const message = `${lack} within ${connectS} s (--connect-timeout)`;
      exchange.stop({ ok: false, kind: "timeout_connect", message, stamp });
    }
  }

  /** What is missing of its connection; null: nothing as far as can be known. A wait for the head is prefill. */
  #lackOf({ passage, prepared, sent }: Exchange): string | null {
    const { url } = prepared.wire;
    if (passage !== null) return passageLack(passage, url);
    const reach = this.watchers.reach.look(url, sent);
    if (reach === "unreachable") return NO_CONNECTION;
    return reach === "no-tls" ? NO_HANDSHAKE : null;
  }
}

function hasAnswered({ status, parts }: Exchange): boolean {
  return status !== null || parts.length > 0;
}

function passageLack({ newConnection, connectS, tlsS }: Passage, url: string): string | null {
  if (newConnection === false) return null;
  if (connectS === null) return NO_CONNECTION;
  return tlsS === null && url.startsWith("https:") ? NO_HANDSHAKE : null;
}
