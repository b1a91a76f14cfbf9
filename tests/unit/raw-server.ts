import type { Socket } from "bun";

/** What a scripted server knows of one connection. */
export interface Peer {
  write(text: string | Uint8Array): void;
  /** Closes as a program does that has said everything. */
  end(): void;
  /** Closes as a program does that was killed. */
  reset(): void;
}

interface State {
  head: string;
  answered: boolean;
}

/**
 * A server below HTTP, for replies that no honest server would give: `answer` is called once a connection, when a
 * request's head has come in.
 */
export class RawServer implements Disposable {
  /** Heads of requests, as they were written. */
  readonly heads: string[] = [];
  opened = 0;
  closed = 0;
  readonly #listener;

  constructor(answer: (peer: Peer) => void) {
    this.#listener = Bun.listen<State>({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: (socket) => {
          socket.data = { head: "", answered: false };
          this.opened++;
        },
        data: (socket, bytes) => this.#read(socket, bytes, answer),
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

  #read(socket: Socket<State>, bytes: Uint8Array, answer: (peer: Peer) => void): void {
    const state = socket.data;
    state.head += Buffer.from(bytes).toString("latin1");
    const end = state.head.indexOf("\r\n\r\n");
    if (end === -1 || state.answered) return;
    state.answered = true;
    this.heads.push(state.head.slice(0, end));
    answer({
      write: (text) => void socket.write(text),
      end: () => void socket.end(),
      reset: () => void socket.terminate(),
    });
  }
}

/** An HTTP reply whose length is written in its head. */
export function replyOf(status: number, headers: Record<string, string>, body: string | Uint8Array = ""): Uint8Array {
  const bytes = Buffer.from(body);
  const all = { "content-length": String(bytes.byteLength), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join("")}\r\n`), bytes]);
}

/** The head of a reply in chunks, and a chunk. */
export const CHUNKED_HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

export function chunkOf(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

/** A port on which nobody listens. */
export function closedPort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}
