import { Breather } from "./breather.ts";
import type { TransportOptions } from "./choose.ts";
import { DecodedSink, packingOf } from "./decoded-sink.ts";
import { failureOf } from "./failure.ts";
import { type FetchRoute, fetchRouteOf } from "./fetch-route.ts";
import type { ResponseSink, Transport, WireRequest } from "./transport.ts";

/** Idle connections that fetch keeps, a process. */
const IDLE_CONNECTIONS = 64;
const OPENED_A_MILLISECOND = 8;

/** A connection lost this soon, with no byte back, was a kept one that is gone: fetch does not say which it took. */
const STALE_MS = 10;

/** What the way to give an exchange up reaches. */
interface GivingUp {
  given: boolean;
  /** Hands on later than it hears. */
  decoded: DecodedSink | null;
}

/**
 * Native fetch. Bun reads BUN_CONFIG_MAX_HTTP_REQUESTS once, at process start: without it the 257th request is
 * silently held back, so only a process started with it raised may use this transport for load.
 *
 * Redirects are not followed, bodies are asked for uncompressed, and Bun's own idle timeout (360 s) is off: all three
 * would otherwise put something into the times that the server did not do.
 */
export class FetchTransport implements Transport {
  /** fetch does not say which connection it took. */
  readonly opened = null;
  readonly #breather = new Breather();
  readonly #now: () => number;
  readonly #route: FetchRoute;
  #inFlight = 0;
  #keepAlive: boolean;

  constructor(options: TransportOptions) {
    this.#now = options.now;
    this.#route = fetchRouteOf(options);
    this.#keepAlive = this.#route.keepalive;
  }

  /** Up to its 64 idle connections it opens nothing anew; beyond, its thread opens about ten a millisecond. */
  pace(slots: number): number | null {
    return slots <= IDLE_CONNECTIONS ? null : OPENED_A_MILLISECOND;
  }

  send(request: WireRequest, sink: ResponseSink): () => void {
    const controller = new AbortController();
    const up: GivingUp = { given: false, decoded: null };
    void this.#exchange(request, sink, controller.signal, up);
    return () => {
      up.given = true;
      up.decoded?.silence();
      controller.abort();
    };
  }

  /** Nothing to close: fetch's connections belong to the process, and whoever asks next uses them. */
  close(): void {}

  async #exchange(request: WireRequest, sink: ResponseSink, signal: AbortSignal, up: GivingUp): Promise<void> {
    const now = this.#now;
    const started = now();
    let answered = false;
    let hearer = sink;
    this.#inFlight++;
    try {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers,
        body: request.body,
        signal,
        ...this.#route,
        keepalive: this.#keepAlive,
        // Bun's own decoder writes to the terminal where a body is not what its head says.
        decompress: false,
      });
      if (up.given) return;
      answered = true;
      sink.head(response.status, response.headers, now());
      const packing = packingOf(response.headers);
      if (packing !== null) hearer = up.decoded = new DecodedSink(sink, packing);
      const reader = response.body?.getReader();
      if (reader !== undefined) {
        for (;;) {
          const read = await reader.read();
          // First of all the clock: whatever stands before it would be counted as the server's time.
          const stamp = now();
          if (up.given) return;
          if (read.done) break;
          hearer.piece(read.value, stamp);
          this.#breather.arm(this.#inFlight);
        }
      }
      hearer.end(now());
    } catch (error) {
      if (up.given) return;
      const stamp = now();
      const { kind, message } = failureOf(error);
      const stale = kind === "reset" && !answered && stamp - started < STALE_MS;
      if (stale && this.#keepAlive) await this.#reconnect(request, sink, signal, up);
      // What has answered was connected: the system gave up a connection that went dead.
      else hearer.fail(answered && kind === "timeout_connect" ? "reset" : kind, message, stamp);
    } finally {
      this.#inFlight--;
    }
  }

  /**
   * A kept connection turned out to be closed: the request goes out again on one of its own, and so do all after it.
   * Some servers announce Keep-Alive and yet close after each streamed reply (llama.cpp), so it would happen again and
   * again, and it says nothing of how they answer. Once in a process at most: a server that resets connections by
   * itself cannot hide behind this, and the record's `attempts` says where it was.
   */
  async #reconnect(request: WireRequest, sink: ResponseSink, signal: AbortSignal, up: GivingUp) {
    this.#keepAlive = false;
    sink.resent();
    await this.#exchange(request, sink, signal, up);
  }
}
