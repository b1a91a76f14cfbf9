import { resolve } from "node:path";
import { splitCredentials } from "./endpoint.ts";
import type { Mistakes } from "./mistakes.ts";
import type { ConnectionConfig } from "./run-config.ts";
import type { RunOptions } from "./run-options.ts";
import { readTextFile } from "./text-file.ts";
import { UserError } from "./user-error.ts";

const BYTES_A_MB = 1_000_000;

interface ConnectionSource {
  options: RunOptions;
  env: Record<string, string | undefined>;
}

interface FoundConnection {
  config: ConnectionConfig;
  proxyCredentials: string | null;
  warnings: string[];
}

/** How requests reach the service, as the options say; undefined where they cannot be understood. */
export function findConnection({ options, env }: ConnectionSource, mistakes: Mistakes): FoundConnection | undefined {
  const caFile = mistakes.attempt(() => certificateFile(options.ca), "--ca");
  const proxy = mistakes.attempt(() => findProxy(options, env)) ?? null;
  if (options.transport === "socket" && proxy !== null) {
    mistakes.add("--transport socket knows no proxies: use --transport fetch");
  }
  if (caFile === undefined) return undefined;
  const config: ConnectionConfig = {
    transport: options.transport,
    use: options.connections,
    caFile,
    insecure: options.insecure,
    proxy: proxy?.url ?? null,
    unix: options.unix === undefined ? null : resolve(options.unix),
    maxResponseBytes: Math.floor(options.maxResponseMb * BYTES_A_MB),
  };
  return { config, proxyCredentials: proxy?.credentials ?? null, warnings: warningsOf(config) };
}

function certificateFile(path: string | undefined): string | null {
  if (path === undefined) return null;
  if (!readTextFile(path).includes("-----BEGIN CERTIFICATE-----")) {
    throw new UserError(`"${path}" holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`, 2);
  }
  return resolve(path);
}

function findProxy(
  { proxy, proxyFromEnv, url }: RunOptions,
  env: Record<string, string | undefined>,
): { url: string; credentials: string | null } | null {
  if (proxy !== undefined && proxyFromEnv) throw new UserError("--proxy and --proxy-from-env: give one of them", 2);
  const text = proxy ?? (proxyFromEnv && url !== undefined ? environmentProxy(url, env) : null);
  if (text === null || text === undefined) return null;
  const flag = proxy === undefined ? "--proxy-from-env" : "--proxy";
  const split = splitCredentials(text.includes("://") ? text : `http://${text}`);
  if (!/^https?:\/\//i.test(split.url) || !URL.canParse(split.url)) {
    throw new UserError(`${flag}: "${split.url}" is no address such as http://host:3128`, 2);
  }
  return split;
}

/** As curl reads them: the scheme's own variable, then ALL_PROXY; in small letters first. */
function environmentProxy(url: string, env: Record<string, string | undefined>): string | null {
  const target = URL.canParse(url) ? new URL(url) : null;
  if (target === null) return null;
  const value = (name: string) => env[name.toLowerCase()] || env[name] || undefined;
  if (isExcepted(target.hostname, value("NO_PROXY") ?? "")) return null;
  return value(target.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY") ?? value("ALL_PROXY") ?? null;
}

function isExcepted(hostname: string, list: string): boolean {
  return list.split(/[\s,]+/).some((entry) => {
    const suffix = entry.replace(/^\*?\./, "").replace(/:\d+$/, "");
    return entry === "*" || (suffix !== "" && (hostname === suffix || hostname.endsWith(`.${suffix}`)));
  });
}

function warningsOf({ insecure, proxy }: ConnectionConfig): string[] {
  return [
    ...(insecure
      ? ["--insecure: TLS certificates are not checked; whoever is on the way can read and change everything"]
      : []),
    ...(proxy === null ? [] : [`requests go through the proxy ${proxy}: its time is in every figure`]),
  ];
}
