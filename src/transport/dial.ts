import type { Address } from "./address.ts";

/** What one connection beside the load's is for: the first answer settles it. */
interface Dial<Answer> {
  /** With a TLS handshake, whoever vouches for the certificate. */
  tls: boolean;
  limitMs: number;
  /** Each null where it settles nothing, and the connection goes on. */
  opened(socket: Bun.Socket<undefined>): Answer | null;
  shaken(done: boolean): Answer | null;
  heard(bytes: Uint8Array): Answer | null;
  /** It was closed, or never came about, with nothing settled. */
  closed(wasOpen: boolean): Answer;
  /** The limit was reached. */
  silent(wasOpen: boolean): Answer;
}

/** Opens a connection and closes it again as soon as it has given its answer. Never rejects. */
export function dial<Answer>(address: Address, ask: Dial<Answer>): Promise<Answer> {
  return new Promise((resolve) => {
    let open: Bun.Socket<undefined> | null = null;
    let settled = false;
    const settle = (answer: Answer | null) => {
      if (answer === null || settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(answer);
      open?.end();
    };
    const timer = setTimeout(() => {
      settle(ask.silent(open !== null));
      // Whoever does not take part in a handshake hears no farewell either.
      open?.terminate();
    }, ask.limitMs);
    const socket: Bun.SocketHandler<undefined> = {
      open: (opened) => {
        open = opened;
        if (settled) opened.terminate();
        else settle(ask.opened(opened));
      },
      handshake: (_, done) => settle(ask.shaken(done)),
      data: (_, bytes) => settle(ask.heard(bytes)),
      close: () => settle(ask.closed(open !== null)),
      error: () => {},
      connectError: () => settle(ask.closed(false)),
    };
    const how = { socket, data: undefined, ...(ask.tls && { tls: { rejectUnauthorized: false } }) };
    const dialled = "unix" in address ? Bun.connect({ ...address, ...how }) : Bun.connect({ ...address, ...how });
    dialled.catch(() => settle(ask.closed(false)));
  });
}
