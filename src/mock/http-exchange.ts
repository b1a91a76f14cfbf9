import type { HttpRequest } from "./http-head.ts";

/** Where an exchange's bytes go. False: the system has not taken all of them yet. */
export interface ByteSink {
  write(data: string | Buffer): boolean;
  /** Ends the connection in order (FIN). */
  hangUp(): void;
  /** Tears it (RST): what the client has not read by then is lost to it. */
  reset(): void;
}

const REASONS: Record<number, string> = {
  200: "OK",
  302: "Found",
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  413: "Content Too Large",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
};

/** A status line and headers; `more` are whole lines. */
export function replyHead(status: number, contentType: string, keepAlive: boolean, more: string): string {
  const connection = keepAlive ? "" : "Connection: close\r\n";
  return `HTTP/1.1 ${status} ${REASONS[status] ?? "Unknown"}\r\nContent-Type: ${contentType}\r\n${more}${connection}\r\n`;
}

/**
 * One request and the way to answer it: `send`, or `start`, any number of `write` and `end`. Whoever wants the wire
 * otherwise than HTTP does has `raw`, and at last `finish`, `hangUp`, `reset` or nothing.
 */
export class Exchange {
  /** When the request's last byte was read, on `performance.now()`'s scale. */
  readonly readAt = performance.now();
  /** When the first and the last chunk with a token were written, on the same scale; null before that. */
  firstTokenAt: number | null = null;
  lastTokenAt: number | null = null;
  /** There is room again after a `start` or `write` that said false. */
  onDrain: (() => void) | null = null;
  /** The system has the whole reply. */
  onDone: (() => void) | null = null;
  /** The client went away first. */
  onGone: (() => void) | null = null;
  /** Nothing that is written any more gets anywhere. */
  gone = false;
  /** Everything has been written that ever will be. */
  ended = false;

  constructor(
    readonly request: HttpRequest,
    private readonly sink: ByteSink,
  ) {}

  /** A reply in one piece; `more` are whole header lines. `onDone` may come before this returns. */
  send(status: number, contentType: string, body: string, more = ""): void {
    const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`;
    const head = replyHead(status, contentType, this.request.keepAlive, length + more);
    this.ended = true;
    this.sink.write(this.request.method === "HEAD" ? head : head + body);
  }

  /** The head of a reply in pieces, together with the pieces that are there already. */
  start(contentType: string, pieces: string[]): boolean {
    const framing = this.request.chunksAllowed ? "Transfer-Encoding: chunked\r\n" : "";
    const head = replyHead(200, contentType, this.request.keepAlive, `Cache-Control: no-cache\r\n${framing}`);
    return this.sink.write(head + this.#framed(pieces));
  }

  /** Each piece becomes an HTTP chunk; all of them go to the system in one call. */
  write(pieces: string[]): boolean {
    return this.sink.write(this.#framed(pieces));
  }

  /** The last pieces. `onDone` may come before this returns. */
  end(pieces: string[]): void {
    this.ended = true;
    this.sink.write(this.#framed(pieces) + (this.request.chunksAllowed ? "0\r\n\r\n" : ""));
  }

  /** Bytes as they are, status line and all. */
  raw(bytes: Buffer): boolean {
    return this.sink.write(bytes);
  }

  /** The last of `raw`: the connection goes on to its next request. `onDone` may come before this returns. */
  finish(bytes: Buffer): void {
    this.ended = true;
    this.sink.write(bytes);
  }

  hangUp(): void {
    this.sink.hangUp();
  }

  reset(): void {
    this.sink.reset();
  }

  #framed(pieces: string[]): string {
    if (!this.request.chunksAllowed) return pieces.join("");
    let framed = "";
    for (const piece of pieces) framed += `${Buffer.byteLength(piece).toString(16)}\r\n${piece}\r\n`;
    return framed;
  }
}
