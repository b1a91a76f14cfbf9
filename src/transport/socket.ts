import { Call } from "./call.ts";
import type { TransportOptions } from "./choose.ts";
import { Connections } from "./connections.ts";
import { failureOf } from "./failure.ts";
import { RequestWriter } from "./http-request.ts";
import type { ResponseSink, Transport, WireRequest } from "./transport.ts";

/**
 * HTTP/1.1 over sockets of its own: exactly as many connections as requests at once, each used again as soon as its
 * reply has ended, and a stamp before anything else is done with what a read brought. Redirects are not followed,
 * proxies not known, bodies asked for uncompressed.
 */
export class SocketTransport implements Transport {
  readonly #now: () => number;
  readonly #connections: Connections;
  readonly #writer: RequestWriter;

  constructor({ now, connection }: TransportOptions) {
    this.#now = now;
    this.#connections = new Connections(connection, now);
    this.#writer = new RequestWriter(connection.use === "new" ? "close" : "keep-alive");
  }

  get opened(): number {
    return this.#connections.opened;
  }

  /** Connections are opened side by side, and by this thread: what waits for it shows as the client's lag. */
  pace(): null {
    return null;
  }

  send(request: WireRequest, sink: ResponseSink): () => void {
    try {
      const call = new Call(request, this.#writer.write(request), sink);
      this.#connections.send(call);
      return () => call.giveUp();
    } catch (error) {
      const { kind, message } = failureOf(error);
      const timer = setImmediate(() => sink.fail(kind, message, this.#now()));
      return () => clearImmediate(timer);
    }
  }

  close(): void {
    this.#connections.close();
  }
}
