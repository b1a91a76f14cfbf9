import type { Socket } from "bun";
import type { ConnectionConfig } from "../../src/config/run-config.ts";
import { SocketTransport } from "../../src/transport/socket.ts";
import type { WireRequest } from "../../src/transport/transport.ts";
import { ResponseLog } from "./response-log.ts";

const DEFAULTS: ConnectionConfig = {
  transport: "socket",
  use: "pooled",
  caFile: null,
  insecure: false,
  proxy: null,
  unix: null,
  maxResponseBytes: 100_000_000,
};

export function socketTransport(changed: Partial<ConnectionConfig> = {}): SocketTransport {
  const connection = { ...DEFAULTS, ...changed };
  return new SocketTransport({ now: () => performance.now(), connection, proxyCredentials: null });
}

/** A log that keeps the body's bytes as they were handed over, to look at them after the end. */
export class ByteLog extends ResponseLog {
  readonly pieces: Uint8Array[] = [];

  override piece(bytes: Uint8Array, stamp: number, from?: number, to?: number): void {
    const part = bytes.subarray(from, to);
    this.pieces.push(part);
    super.piece(part, stamp);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

/** Sends a request and waits for its end. */
export async function sent(transport: SocketTransport, request: WireRequest): Promise<ByteLog> {
  const log = new ByteLog();
  transport.send(request, log);
  await log.ended;
  return log;
}

interface Asked {
  /** The connection's number, from 0. */
  connection: number;
  /** The request's number on it, from 0. */
  turn: number;
  head: string;
  body: string;
}

/** Below HTTP as RawServer, for more than one request a connection: `answer` is called for each that is whole. */
export class KeepingServer implements Disposable {
  readonly asked: Asked[] = [];
  opened = 0;
  closed = 0;
  readonly #listener;

  constructor(answer: (socket: Socket<Incoming>, asked: Asked) => void, options: ListenOptions = {}) {
    this.#listener = Bun.listen<Incoming>({
      hostname: "127.0.0.1",
      port: 0,
      ...options,
      socket: {
        open: (socket) => {
          socket.data = { connection: this.opened++, turn: 0, text: "" };
        },
        data: (socket, bytes) => {
          socket.data.text += Buffer.from(bytes).toString("latin1");
          for (let asked = next(socket.data); asked !== null; asked = next(socket.data)) {
            this.asked.push(asked);
            answer(socket, asked);
          }
        },
        close: () => {
          this.closed++;
        },
        error: () => {},
      },
    });
  }

  get port(): number {
    return this.#listener.port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  [Symbol.dispose](): void {
    this.#listener.stop(true);
  }
}

interface ListenOptions {
  hostname?: string;
  tls?: Bun.TLSOptions;
}

interface Incoming {
  connection: number;
  turn: number;
  text: string;
}

/** The next request whose head and body have come in. */
function next(incoming: Incoming): Asked | null {
  const end = incoming.text.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const head = incoming.text.slice(0, end);
  const stop = end + 4 + Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (incoming.text.length < stop) return null;
  const body = incoming.text.slice(end + 4, stop);
  incoming.text = incoming.text.slice(stop);
  return { connection: incoming.connection, turn: incoming.turn++, head, body };
}
