import type { Socket, TCPSocketListener } from "bun";
import { widenAcceptQueue } from "./accept-queue.ts";
import { type ByteSink, Exchange, replyHead } from "./http-exchange.ts";
import { HttpError, type HttpRequest } from "./http-head.ts";
import { RequestParser } from "./request-parser.ts";

/** Bytes that may wait behind an unfinished request before the connection is no longer read. */
const MAX_WAITING = 1024 * 1024;

/** Both as PEM. */
export interface Certificate {
  cert: string;
  key: string;
}

/** What a server does with what comes in. */
export interface HttpHandler {
  onOpen(): void;
  onClose(): void;
  onRequest(exchange: Exchange): void;
}

/** One socket: requests are answered in the order they came, one at a time; what the system does not take waits here. */
class Connection implements ByteSink {
  #parser = new RequestParser();
  #exchange: Exchange | null = null;
  #outbox: Buffer | null = null;
  #serving = false;
  #paused = false;
  #closing = false;

  constructor(
    private readonly socket: Socket<Connection | null>,
    private readonly handler: HttpHandler,
  ) {}

  receive(bytes: Buffer): void {
    if (this.#closing) return;
    this.#parser.push(bytes);
    this.#serve();
    if (this.#exchange !== null && this.#parser.pending > MAX_WAITING && !this.#paused) {
      this.#paused = true;
      this.socket.pause();
    }
  }

  /** A string goes to the system as it is; bytes are made only of what the system left over. */
  write(data: string | Buffer): boolean {
    if (this.#outbox !== null) this.#outbox = Buffer.concat([this.#outbox, bytesOf(data)]);
    else {
      const taken = this.socket.write(data);
      // -1: closed, and `gone` is on its way.
      if (taken >= 0 && taken < Buffer.byteLength(data)) this.#outbox = bytesOf(data).subarray(taken);
    }
    const room = this.#outbox === null;
    if (room) this.#settle();
    return room;
  }

  drain(): void {
    if (this.#outbox === null) return;
    const taken = this.socket.write(this.#outbox);
    if (taken < 0) return;
    if (taken < this.#outbox.length) {
      this.#outbox = this.#outbox.subarray(taken);
      return;
    }
    this.#outbox = null;
    const exchange = this.#exchange;
    if (exchange !== null && !exchange.ended) exchange.onDrain?.();
    this.#settle();
  }

  hangUp(): void {
    this.#closing = true;
    this.socket.end();
  }

  reset(): void {
    this.#closing = true;
    this.socket.terminate();
  }

  gone(): void {
    this.#closing = true;
    const exchange = this.#exchange;
    if (exchange === null) return;
    this.#exchange = null;
    exchange.gone = true;
    exchange.onGone?.();
  }

  /** Answers everything that is whole, in a loop: requests piled up in one read must not pile up on the stack. */
  #serve(): void {
    if (this.#serving) return;
    this.#serving = true;
    while (this.#exchange === null && !this.#closing) {
      const request = this.#read();
      if (request === null) break;
      this.#exchange = new Exchange(request, this);
      this.handler.onRequest(this.#exchange);
    }
    this.#serving = false;
  }

  #read(): HttpRequest | null {
    try {
      const request = this.#parser.next();
      if (request === null && this.#parser.takeExpectation()) this.write("HTTP/1.1 100 Continue\r\n\r\n");
      return request;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const length = `Content-Length: ${Buffer.byteLength(error.message)}\r\n`;
      this.#closing = true;
      this.write(replyHead(error.status, "text/plain", false, length) + error.message);
      return null;
    }
  }

  /** With everything written: the end of a reply, and with it perhaps of the connection. */
  #settle(): void {
    const exchange = this.#exchange;
    if (exchange?.ended) {
      this.#exchange = null;
      this.#closing = !exchange.request.keepAlive;
      exchange.onDone?.();
    }
    if (this.#exchange !== null) return;
    if (this.#closing) this.socket.end();
    else {
      if (this.#paused) this.socket.resume();
      this.#paused = false;
      this.#serve();
    }
  }
}

function bytesOf(data: string | Buffer): Buffer {
  return typeof data === "string" ? Buffer.from(data) : data;
}

/**
 * A small HTTP/1.1 server over TCP: it says which bytes leave in which write and when, as no ready-made one does.
 * @throws what Bun.listen throws where the address cannot be had
 */
export function listenHttp(
  host: string,
  port: number,
  handler: HttpHandler,
  tls: Certificate | null = null,
): TCPSocketListener<Connection | null> {
  const listener = Bun.listen<Connection | null>({
    hostname: host,
    port,
    ...(tls === null ? {} : { tls }),
    data: null,
    // No `error`: it would be given whatever a handler throws, and a mistake here must not pass for a broken connection.
    socket: {
      open(socket) {
        socket.setNoDelay(true);
        socket.data = new Connection(socket, handler);
        handler.onOpen();
      },
      data: (socket, bytes) => socket.data?.receive(bytes),
      drain: (socket) => socket.data?.drain(),
      close(socket) {
        socket.data?.gone();
        handler.onClose();
      },
    },
  });
  widenAcceptQueue(listener);
  return listener;
}
