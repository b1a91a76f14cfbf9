import type { ResponsePart, SessionSocket } from "../contract/session.ts";
import { SessionFailure } from "./session-failure.ts";
import { stampPart } from "./stamped-part.ts";

/** Opens a WebSocket; rejects where it does not come about. */
export async function openSocket(
  url: string,
  protocols: string[],
  headers: Record<string, string>,
  { now, signal }: { now: () => number; signal: AbortSignal },
): Promise<SessionSocket> {
  // Bun's own options: a browser's WebSocket takes no headers.
  const socket = new WebSocket(url, { headers, protocols } as unknown as string[]);
  socket.binaryType = "arraybuffer";
  const inbox = new Inbox();
  let read = 0;
  socket.onmessage = ({ data }) => {
    const stamp = { stamp: now(), read: read++ };
    inbox.push(stampPart({ data: typeof data === "string" ? data : new TextDecoder().decode(data) }, stamp));
  };
  socket.onclose = () => inbox.close();
  signal.addEventListener("abort", () => socket.close(), { once: true });
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = (event) => reject(refusalOf(url, (event as ErrorEvent).message));
  });
  return {
    send: (data) => {
      socket.send(data);
    },
    close: () => socket.close(),
    [Symbol.asyncIterator]: () => inbox.read(),
  };
}

/** @param said Bun's words; it has no code for what went wrong */
function refusalOf(url: string, said: string): SessionFailure {
  // The URL in front may hold a key.
  const reason = said.replace(/^.* failed: /, "");
  const kind = reason.includes("101") ? "protocol" : "connect";
  return new SessionFailure({ kind, message: `no WebSocket to ${new URL(url).host}: ${reason}` });
}

/** Messages that have come in and wait to be read. */
class Inbox {
  #parts: ResponsePart[] = [];
  #closed = false;
  #wake: () => void = () => {};

  push(part: ResponsePart): void {
    this.#parts.push(part);
    this.#wake();
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *read(): AsyncGenerator<ResponsePart, void, void> {
    for (;;) {
      yield* this.#parts.splice(0);
      if (this.#parts.length > 0) continue;
      if (this.#closed) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
