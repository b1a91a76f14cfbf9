import type { ConnectionConfig } from "../config/run-config.ts";
import { FetchTransport } from "./fetch.ts";
import { SocketTransport } from "./socket.ts";
import type { Transport } from "./transport.ts";

/** What a transport is made from, once an engine. */
export interface TransportOptions {
  /** The engine clock's milliseconds. */
  now: () => number;
  connection: ConnectionConfig;
  /** "user:password" for the proxy; null: it asks for none. */
  proxyCredentials: string | null;
}

export function transportOf(options: TransportOptions): Transport {
  return options.connection.transport === "socket" ? new SocketTransport(options) : new FetchTransport(options);
}
