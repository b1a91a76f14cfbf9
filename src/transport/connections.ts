import type { Socket, SocketHandler, TLSOptions } from "bun";
import type { ConnectionConfig } from "../config/run-config.ts";
import { addressOf } from "./address.ts";
import type { Call } from "./call.ts";
import { Connection, type ConnectionKeeper } from "./connection.ts";
import { isDistrust } from "./connection-failure.ts";
import type { Origin } from "./http-request.ts";
import { HeadReader } from "./response-head.ts";
import { type TlsTrust, tlsTrustOf } from "./tls-trust.ts";

/** So many kept connections lost one after the other, and none found alive between: the server keeps none. */
const MOST_LOST_IN_A_ROW = 3;
/** So many wait at most for their servers to close them: there are some that never do. */
const MOST_PARTING = 256;
/** A conversation that says nothing for so long has ended, or its server closes the connection. */
const CONVERSATION_IDLE_MS = 60_000;

/** Finds a connection for every call: the one that came free last, the conversation's own, or a new one. */
export class Connections implements ConnectionKeeper {
  readonly heads = new HeadReader();
  /** So far, those that failed too. */
  opened = 0;
  /** Latest last; by origin, or by conversation. Closed ones stand in it until they are come across. */
  readonly #kept = new Map<string, Connection[]>();
  /** Left to their servers to close, latest last; most have been closed by now. */
  readonly #parting: Connection[] = [];
  /** By origin. */
  readonly #lostInARow = new Map<string, number>();
  readonly #tls = new Map<string, TLSOptions>();
  readonly #handler: SocketHandler<Connection>;
  readonly #trust: TlsTrust | null;
  #closed = false;

  /** Certificates of authorities are read here, once an engine. @throws where the file cannot be read */
  constructor(
    readonly config: ConnectionConfig,
    readonly now: () => number,
  ) {
    this.#trust = tlsTrustOf(config);
    this.#handler = handlerFor(now, config.insecure);
  }

  send(call: Call): void {
    const kept = this.#take(call);
    if (kept === null) this.#open(call);
    else kept.carry(call);
  }

  keep(connection: Connection, call: Call): void {
    const { url } = connection.origin;
    // It was lost before this one came back: this one was a kept one and alive.
    if (connection.carried > 1 && this.#lostInARow.size > 0 && !this.#keepsNone(url)) this.#lostInARow.delete(url);
    const place = this.#placeOf(call);
    if (place === null || this.#keepsNone(url)) {
      this.part(connection);
      return;
    }
    if (this.config.use === "session") this.#forgetSilent(connection.idleSince);
    const kept = this.#kept.get(place);
    if (kept === undefined) this.#kept.set(place, [connection]);
    else kept.push(connection);
  }

  part(connection: Connection): void {
    connection.leave();
    this.#parting.push(connection);
    if (this.#parting.length > MOST_PARTING) this.#parting.shift()!.terminate();
  }

  lost({ origin }: Connection, call: Call): void {
    this.#lostInARow.set(origin.url, (this.#lostInARow.get(origin.url) ?? 0) + 1);
    call.passage.written = null;
    call.sink.resent();
    this.#open(call);
  }

  /** Keeps nothing from now on. */
  close(): void {
    this.#closed = true;
    const idle = [...this.#kept.values()].flat().concat(this.#parting.splice(0));
    this.#kept.clear();
    for (const connection of idle) connection.terminate();
  }

  /** Some servers announce keep-alive and yet close behind every reply (llama.cpp, where it streams). */
  #keepsNone(url: string): boolean {
    return this.#closed || (this.#lostInARow.get(url) ?? 0) >= MOST_LOST_IN_A_ROW;
  }

  #take(call: Call): Connection | null {
    const place = this.#placeOf(call);
    const kept = place === null ? undefined : this.#kept.get(place);
    if (place === null || kept === undefined) return null;
    // Put back it will stand behind the others.
    if (this.config.use === "session") this.#kept.delete(place);
    for (let last = kept.pop(); last !== undefined; last = kept.pop()) {
      if (!last.closed) return last;
    }
    return null;
  }

  /** Where a call's connection is kept; null: nowhere. */
  #placeOf({ conversation, outgoing }: Call): string | null {
    if (this.config.use === "pooled") return outgoing.origin.url;
    if (this.config.use === "session" && conversation !== null) return `${outgoing.origin.url} ${conversation}`;
    return null;
  }

  /** Nobody says when a conversation is over. They stand in the order in which they fell silent. */
  #forgetSilent(now: number): void {
    for (const [place, kept] of this.#kept) {
      if (kept.some(({ idleSince }) => now - idleSince < CONVERSATION_IDLE_MS)) return;
      for (const connection of kept) connection.terminate();
      this.#kept.delete(place);
    }
  }

  #open(call: Call): void {
    this.opened++;
    const { origin } = call.outgoing;
    const connection = new Connection(origin, this, this.now, this.now());
    connection.carry(call);
    const tls = this.#tlsFor(origin);
    const options = { data: connection, socket: this.#handler, ...(tls !== null && { tls }) };
    const address = addressOf(origin.url, this.config);
    try {
      const opening =
        "unix" in address ? Bun.connect({ ...address, ...options }) : Bun.connect({ ...address, ...options });
      // The handler hears of a refusal too, and first.
      opening.catch(() => {});
    } catch (error) {
      connection.refused(error, this.now());
    }
  }

  /** One object an origin: Bun then makes one TLS context of it. */
  #tlsFor({ hostname, isTls }: Origin): TLSOptions | null {
    if (!isTls) return null;
    let made = this.#tls.get(hostname);
    if (made === undefined) {
      // Explicit, lest the environment decide; and the name, which counts where a Unix socket stands for the host.
      made = { rejectUnauthorized: true, ...this.#trust, serverName: hostname };
      this.#tls.set(hostname, made);
    }
    return made;
  }
}

/** One object for all sockets. The clock comes first: what stands before it would be counted as the server's time. */
function handlerFor(now: () => number, insecure: boolean): SocketHandler<Connection> {
  return {
    binaryType: "uint8array",
    data(socket: Socket<Connection>, bytes: Uint8Array): void {
      const stamp = now();
      socket.data.read(bytes, stamp);
    },
    open: (socket) => socket.data.opened(socket, now()),
    handshake: (socket, trusted, error) => {
      socket.data.handshaken(trusted || (insecure && isDistrust(error)), error, now());
    },
    drain: (socket) => socket.data.drained(),
    close: (socket, error) => socket.data.ended(error ?? null, now()),
    connectError: (socket, error) => socket.data.refused(error, now()),
    error: (socket, error) => broken(socket, error, now()),
    timeout: (socket) => socket.data.terminate(),
  };
}

/** A session of TLS broke, or what was called from here threw: a mistake of ours, which Bun would keep to itself. */
function broken(socket: Socket<Connection>, error: Error, stamp: number): void {
  if (!("code" in error)) {
    setImmediate(() => {
      throw error;
    });
  }
  socket.data.ended(error, stamp);
  socket.terminate();
}
