import type { ApiPlugin } from "../contract/api.ts";
import type { Transport } from "../transport/transport.ts";
import type { Exchange } from "./exchange.ts";
import { Interpretation } from "./interpretation.ts";
import { PartsReading } from "./parts-reading.ts";
import { runPluginExchange } from "./plugin-exchange.ts";
import type { Reading } from "./reading.ts";

/** Puts exchanges on their way: over the transport, or into the hands of the API plugin where it wants them. */
export class Dispatch {
  /** Whether the plugin holds its exchanges itself. */
  readonly #held: boolean;

  constructor(
    readonly api: ApiPlugin,
    readonly transport: Transport,
    readonly now: () => number,
    held = api.processRequest !== undefined,
  ) {
    this.#held = held;
  }

  /** The same for requests that are no business of the plugin's. */
  plain(): Dispatch {
    return new Dispatch(this.api, this.transport, this.now, false);
  }

  send(exchange: Exchange): void {
    exchange.giveUp = this.#held
      ? runPluginExchange(this.api, exchange, this.now)
      : this.transport.send(exchange.prepared.wire, exchange);
  }

  reading(exchange: Exchange): Reading {
    return this.#held ? new PartsReading(exchange, this.api) : new Interpretation(exchange, this.api);
  }
}
