import type { ApiPlugin } from "../contract/api.ts";
import type { TransportOptions } from "../transport/choose.ts";
import { fetchRouteOf, socketRouteOf } from "../transport/fetch-route.ts";
import type { SessionRoutes } from "../transport/session.ts";
import type { Transport } from "../transport/transport.ts";
import type { Exchange } from "./exchange.ts";
import { Interpretation } from "./interpretation.ts";
import { PartsReading } from "./parts-reading.ts";
import { runPluginExchange } from "./plugin-exchange.ts";
import type { Reading } from "./reading.ts";

/** Puts exchanges on their way: over the transport, or into the hands of the API plugin where it wants them. */
export class Dispatch {
  readonly now: () => number;
  /** Of exchanges that the plugin holds itself; null: it holds none. */
  readonly #routes: SessionRoutes | null;

  constructor(
    readonly api: ApiPlugin,
    readonly transport: Transport,
    readonly options: TransportOptions,
    held = api.processRequest !== undefined,
  ) {
    this.now = options.now;
    this.#routes = held ? { fetch: fetchRouteOf(options), socket: socketRouteOf(options) } : null;
  }

  /** The same for requests that are no business of the plugin's. */
  plain(): Dispatch {
    return new Dispatch(this.api, this.transport, this.options, false);
  }

  send(exchange: Exchange): void {
    exchange.giveUp =
      this.#routes === null
        ? this.transport.send(exchange.prepared.wire, exchange)
        : runPluginExchange(this.api, exchange, this.#routes, this.now);
  }

  reading(exchange: Exchange): Reading {
    return this.#routes !== null ? new PartsReading(exchange, this.api) : new Interpretation(exchange, this.api);
  }
}
