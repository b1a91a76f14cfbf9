import type { ConnectionConfig } from "../config/run-config.ts";
import { addressOf } from "./address.ts";
import { dial } from "./dial.ts";

/**
 * Whether the other side of a URL that could not be used speaks the other scheme: a TLS handshake where the URL says
 * http, an answer in plain HTTP where it says https. false also where that was not found out within the limit.
 */
export function speaksOther(
  url: string,
  connection: Pick<ConnectionConfig, "proxy" | "unix">,
  limitMs: number,
): Promise<boolean> {
  // The proxy would answer, in the proxy's name.
  if (connection.proxy !== null) return Promise.resolve(false);
  const { host, protocol } = new URL(url);
  const asksTls = protocol === "http:";
  return dial<boolean>(addressOf(url, connection), {
    tls: asksTls,
    limitMs,
    opened: (socket) => {
      if (!asksTls) socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      return null;
    },
    shaken: (done) => done,
    heard: (bytes) => !asksTls && Buffer.from(bytes).toString("latin1").startsWith("HTTP/"),
    closed: () => false,
    silent: () => false,
  });
}
