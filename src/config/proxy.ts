import { BlockList, isIP } from "node:net";
import { maskCredentials, splitCredentials } from "./endpoint.ts";
import { UserError } from "./user-error.ts";

interface Proxy {
  /** Credentials removed. */
  url: string;
  /** "user:password", percent-decoded. */
  credentials: string | null;
}

interface ProxyOptions {
  proxy?: string;
  proxyFromEnv: boolean;
  /** The service's; the first of several decides for all. */
  url?: string;
}

/**
 * What requests go through; null: nothing, whatever the environment says, unless it was asked for.
 * @throws UserError that names the flag, or the flag and the variable
 */
export function findProxy(
  { proxy, proxyFromEnv, url }: ProxyOptions,
  env: Record<string, string | undefined>,
): Proxy | null {
  if (proxy !== undefined && proxyFromEnv) throw new UserError("--proxy and --proxy-from-env: give one of them", 2);
  if (proxy !== undefined) return readProxy(proxy, "--proxy");
  const found = proxyFromEnv ? environmentProxy(url, env) : null;
  return found === null ? null : readProxy(found.text, `--proxy-from-env: ${found.variable}`);
}

function readProxy(text: string, where: string): Proxy {
  const whole = text.includes("://") ? text : `http://${text}`;
  if (!/^https?:\/\//i.test(whole) || !URL.canParse(whole)) {
    throw new UserError(`${where}: "${maskCredentials(text)}" is no address such as http://host:3128`, 2);
  }
  return splitCredentials(whole);
}

/** The scheme's own variable, then ALL_PROXY, each in small letters first: curl's order. */
function environmentProxy(
  url: string | undefined,
  env: Record<string, string | undefined>,
): { variable: string; text: string } | null {
  const target = targetOf(url);
  if (target === null) return null;
  const variableOf = (name: string) => [name.toLowerCase(), name].find((one) => (env[one] ?? "") !== "");
  const exceptions = variableOf("NO_PROXY");
  if (exceptions !== undefined && isExcepted(target, env[exceptions]!)) return null;
  const variable = variableOf(target.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY") ?? variableOf("ALL_PROXY");
  return variable === undefined ? null : { variable, text: env[variable]! };
}

/** null for a URL that is none, which is told elsewhere. */
function targetOf(url: string | undefined): URL | null {
  try {
    return url === undefined ? null : new URL(splitCredentials(url).url);
  } catch {
    return null;
  }
}

/**
 * Entries are `host`, which stands for what is below it too, an address, a block of addresses `10.0.0.0/8`, or `*`; a
 * port behind it narrows it to that port. The names of addresses are not asked for.
 */
function isExcepted(target: URL, list: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = target.port || (target.protocol === "https:" ? "443" : "80");
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      const parts = splitPort(entry);
      return (parts.port === null || parts.port === port) && covers(parts.host, host);
    });
}

/** `host:80`, `1.2.3.4:80`, `[::1]:80`; in a bare `::1` no colon is a port's. */
function splitPort(entry: string): { host: string; port: string | null } {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry);
  if (match === null) return { host: entry, port: null };
  return { host: match[1] ?? match[2] ?? "", port: match[3] ?? null };
}

function covers(entry: string, host: string): boolean {
  if (entry === "*") return true;
  const version = isIP(host);
  if (version !== 0) return coversAddress(entry, host, version === 6 ? "ipv6" : "ipv4");
  const suffix = entry.replace(/^\*?\./, "").replace(/\.$/, "");
  return suffix !== "" && (host === suffix || host.endsWith(`.${suffix}`));
}

function coversAddress(entry: string, host: string, family: "ipv4" | "ipv6"): boolean {
  const [network = "", length] = entry.split("/");
  const bits = family === "ipv6" ? 128 : 32;
  const prefix = length === undefined ? bits : Number(length);
  const isBlock = isIP(network) === (family === "ipv6" ? 6 : 4) && /^\d{1,3}$/.test(length ?? "0") && prefix <= bits;
  if (!isBlock) return false;
  const block = new BlockList();
  block.addSubnet(network, prefix, family);
  return block.check(host, family);
}
