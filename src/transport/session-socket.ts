import type { ResponsePart, SessionSocket } from "../contract/session.ts";
import { failureOf } from "./failure.ts";
import type { SocketRoute } from "./fetch-route.ts";
import { SessionFailure } from "./session-failure.ts";
import { stampPart } from "./stamped-part.ts";

/** What a WebSocket closes with when nobody closed it: the connection went. */
const CLOSED_ABNORMALLY = 1006;

interface SocketSetting {
  now: () => number;
  signal: AbortSignal;
  route: SocketRoute;
  /** Hears of every byte of a message. */
  onBytes: (count: number) => void;
}

/** Opens a WebSocket; rejects where it does not come about. */
export async function openSocket(
  url: string,
  protocols: string[],
  headers: Record<string, string>,
  { now, signal, route: { unix, tls, proxy }, onBytes }: SocketSetting,
): Promise<SessionSocket> {
  // Bun's own options: a browser's WebSocket takes no headers.
  const options = {
    headers: unix === null ? headers : { host: new URL(url).host, ...headers },
    protocols,
    proxy,
    ...(tls !== undefined && { tls }),
  };
  const socket = new WebSocket(unix === null ? url : throughUnix(url, unix), options as unknown as string[]);
  socket.binaryType = "arraybuffer";
  const inbox = new Inbox();
  let read = 0;
  socket.onmessage = ({ data }) => {
    const stamp = { stamp: now(), read: read++ };
    const bytes = typeof data === "string" ? Buffer.from(data) : Buffer.from(data as ArrayBuffer);
    inbox.push(stampPart({ data: typeof data === "string" ? data : bytes.toString() }, stamp));
    onBytes(bytes.byteLength);
  };
  socket.onclose = ({ code }) => inbox.close(code === CLOSED_ABNORMALLY && !signal.aborted);
  signal.addEventListener("abort", () => socket.close(), { once: true });
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = (event) => reject(refusalOf(url, event as ErrorEvent));
  });
  return {
    send: (data) => {
      socket.send(data);
    },
    close: () => socket.close(),
    [Symbol.asyncIterator]: () => inbox.read(),
  };
}

/** As Bun writes the address of a WebSocket on a Unix socket. */
function throughUnix(url: string, unix: string): string {
  const { protocol, pathname, search } = new URL(url);
  return `${protocol.replace(":", "")}+unix://${unix}:${pathname}${search}`;
}

function refusalOf(url: string, { message, error }: ErrorEvent): SessionFailure {
  const { host } = new URL(url);
  // The URL in front may hold a key.
  const reason = message.replace(/^.* failed: /, "");
  if (reason.includes("101"))
    return new SessionFailure({ kind: "protocol", message: `no WebSocket to ${host}: ${reason}` });
  const code = (error as { code?: unknown } | undefined)?.code;
  const known = typeof code === "string" ? failureOf(error) : null;
  const kind = known === null || known.kind === "reset" ? "connect" : known.kind;
  return new SessionFailure({
    kind,
    message: `no WebSocket to ${host}: ${known === null ? reason : `${code}, ${reason}`}`,
  });
}

/** Messages that have come in and wait to be read. */
class Inbox {
  #parts: ResponsePart[] = [];
  #end: "open" | "closed" | "lost" = "open";
  #wake: () => void = () => {};

  push(part: ResponsePart): void {
    this.#parts.push(part);
    this.#wake();
  }

  close(lost: boolean): void {
    this.#end = lost ? "lost" : "closed";
    this.#wake();
  }

  async *read(): AsyncGenerator<ResponsePart, void, void> {
    for (;;) {
      yield* this.#parts.splice(0);
      if (this.#parts.length > 0) continue;
      if (this.#end === "closed") return;
      if (this.#end === "lost")
        throw new SessionFailure({ kind: "reset", message: "the WebSocket's connection was lost" });
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
