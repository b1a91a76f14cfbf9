import type { Socket, TCPSocketListener } from "bun";

export interface Asked {
  path: string;
  headers: Map<string, string>;
  /** Parsed JSON; undefined without a body. */
  body: unknown;
}

/** One answer, written by hand onto the socket: every write goes out by itself, HTTP's framing is the script's. */
export class Answer {
  #gone = false;
  readonly gone: Promise<void>;
  #leave: () => void = () => {};

  constructor(
    private readonly socket: Socket<Connection>,
    readonly asked: Asked,
  ) {
    this.gone = new Promise((resolve) => {
      this.#leave = resolve;
    });
  }

  get clientIsGone(): boolean {
    return this.#gone;
  }

  /** Begins a chunked body. */
  head(contentType = "text/event-stream", status = 200): void {
    this.raw(`HTTP/1.1 ${status} Said\r\ncontent-type: ${contentType}\r\ntransfer-encoding: chunked\r\n\r\n`);
  }

  /** A whole answer. */
  whole(status: number, contentType: string, body: string, headers: Record<string, string> = {}): void {
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const length = `content-length: ${Buffer.byteLength(body)}`;
    this.raw(`HTTP/1.1 ${status} Said\r\ncontent-type: ${contentType}\r\n${length}\r\n${more.join("")}\r\n${body}`);
  }

  /** One chunk of the body. */
  chunk(data: string | Uint8Array): void {
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    this.raw(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]));
  }

  /** A server-sent event, in a chunk of its own. */
  event(data: unknown): void {
    this.chunk(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
  }

  /** The last chunk. */
  end(): void {
    this.raw("0\r\n\r\n");
  }

  /** Drops the connection, whatever is still missing. */
  cut(): void {
    this.socket.terminate();
  }

  raw(data: string | Uint8Array): void {
    if (this.#gone) return;
    this.socket.write(data);
    this.socket.flush();
  }

  left(): void {
    this.#gone = true;
    this.#leave();
  }
}

export type Script = (answer: Answer) => void | Promise<void>;

interface Connection {
  received: Buffer;
  answer: Answer | null;
}

/** A server whose every byte the test writes. `/NAME/v1/...` is answered by the script of that name. */
export class ScriptedServer implements Disposable {
  readonly #listener: TCPSocketListener<Connection>;

  constructor(private readonly scripts: Record<string, Script>) {
    this.#listener = Bun.listen<Connection>({
      hostname: "127.0.0.1",
      port: 0,
      socket: {
        open: (socket) => {
          socket.data = { received: Buffer.alloc(0), answer: null };
          socket.setNoDelay(true);
        },
        data: (socket, bytes) => this.#receive(socket, bytes),
        close: (socket) => socket.data.answer?.left(),
      },
    });
  }

  /** Base URL of a script, with "/v1". */
  url(name: string): string {
    return `http://127.0.0.1:${this.#listener.port}/${name}/v1`;
  }

  [Symbol.dispose](): void {
    this.#listener.stop(true);
  }

  #receive(socket: Socket<Connection>, bytes: Buffer): void {
    const connection = socket.data;
    connection.received = Buffer.concat([connection.received, bytes]);
    const end = connection.received.indexOf("\r\n\r\n");
    if (end === -1) return;
    const [line = "", ...fields] = connection.received.subarray(0, end).toString().split("\r\n");
    const headers = new Map(fields.map((field) => splitField(field)));
    const bodyEnd = end + 4 + Number(headers.get("content-length") ?? 0);
    if (connection.received.length < bodyEnd) return;
    const body = connection.received.subarray(end + 4, bodyEnd).toString();
    connection.received = connection.received.subarray(bodyEnd);
    const path = line.split(" ")[1] ?? "";
    connection.answer = new Answer(socket, { path, headers, body: body === "" ? undefined : JSON.parse(body) });
    void this.#play(connection.answer);
  }

  async #play(answer: Answer): Promise<void> {
    const script = this.scripts[answer.asked.path.split("/")[1] ?? ""];
    if (script === undefined) answer.whole(404, "text/plain", "no such script");
    else await script(answer);
  }
}

function splitField(field: string): [name: string, value: string] {
  const colon = field.indexOf(":");
  return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
}
