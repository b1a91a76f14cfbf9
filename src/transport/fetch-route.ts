import type { CredentialScope } from "../config/credential-scope.ts";
import type { TransportOptions } from "./choose.ts";
import { type TlsTrust, tlsTrustOf } from "./tls-trust.ts";

/** What is the same for every fetch of an engine: how it gets to the service. Bun's own options. */
export interface FetchRoute {
  redirect: "manual";
  keepalive: boolean;
  /** Bun's idle limit of 360 s is off: plumb has timers of its own. */
  timeout: false;
  /** false: none, whatever the environment of this process says. */
  proxy: ProxyRoute | false;
  /** Its TLS options are read once; given with each request they cost it a quarter of a millisecond. */
  session?: Bun.FetchSession;
}

interface ProxyRoute {
  url: string;
  headers: Record<string, string>;
  respectNoProxy: false;
}

export function fetchRouteOf(options: TransportOptions): FetchRoute {
  const { connection } = options;
  const tls = tlsTrustOf(connection);
  const { unix } = connection;
  const keepalive = connection.use === "pooled";
  const route: FetchRoute = { redirect: "manual", keepalive, timeout: false, proxy: proxyOf(options) };
  if (tls === null && unix === null) return route;
  return { ...route, session: new Bun.FetchSession({ ...(tls !== null && { tls }), ...(unix !== null && { unix }) }) };
}

/** The same for a WebSocket, and what only a plugin's own calls have to know. */
export interface SocketRoute {
  tls?: TlsTrust;
  proxy: ProxyRoute | false;
  /** Stands for the URL's host. */
  unix: string | null;
  /** Absent: the run's credentials go to the origin of each request. */
  credentials?: CredentialScope;
}

export function socketRouteOf(options: TransportOptions): SocketRoute {
  const { unix, credentials } = options.connection;
  const tls = tlsTrustOf(options.connection);
  return { ...(tls !== null && { tls }), proxy: proxyOf(options), unix, credentials };
}

function proxyOf({ connection: { proxy }, proxyCredentials }: TransportOptions): ProxyRoute | false {
  if (proxy === null) return false;
  const headers: Record<string, string> = {};
  if (proxyCredentials !== null) {
    headers["proxy-authorization"] = `Basic ${Buffer.from(proxyCredentials, "utf8").toString("base64")}`;
  }
  // Which hosts go without it was settled with the configuration.
  return { url: proxy, headers, respectNoProxy: false };
}
