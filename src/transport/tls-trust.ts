import { readFileSync } from "node:fs";
import { getCACertificates } from "node:tls";
import type { ConnectionConfig } from "../config/run-config.ts";

/** How far a server's certificate is trusted, as Bun's sockets, fetch and WebSocket take it. */
export interface TlsTrust {
  /** PEM; absent: the system's authorities. */
  ca?: string;
  /** Explicit, lest the environment decide. */
  rejectUnauthorized: boolean;
}

/** null: as is usual, by the system's authorities. May throw where the file of authorities cannot be read. */
export function tlsTrustOf({ caFile, insecure }: ConnectionConfig): TlsTrust | null {
  if (caFile === null && !insecure) return null;
  return {
    // Bun's `ca` stands in place of the system's authorities: both must be named for one to be added.
    ...(caFile !== null && { ca: [...getCACertificates("default"), readFileSync(caFile, "utf8")].join("\n") }),
    rejectUnauthorized: !insecure,
  };
}
