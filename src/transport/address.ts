import type { ConnectionConfig } from "../config/run-config.ts";

/** Where the connections of a URL's requests go. */
export type Address = { unix: string } | { hostname: string; port: number };

/** The service's, or what stands before it. */
export function addressOf(url: string, { proxy, unix }: Pick<ConnectionConfig, "proxy" | "unix">): Address {
  if (unix !== null) return { unix };
  const { hostname, port, protocol } = new URL(proxy ?? url);
  return {
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (protocol === "https:" ? 443 : 80),
  };
}
