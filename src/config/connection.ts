import { X509Certificate } from "node:crypto";
import { resolve } from "node:path";
import type { Mistakes } from "./mistakes.ts";
import { findProxy } from "./proxy.ts";
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
  const proxy = mistakes.attempt(() => findProxy({ ...options, url: options.url?.[0] }, env)) ?? null;
  if (options.transport === "socket" && proxy !== null) {
    mistakes.add("--transport socket knows no proxies: use --transport fetch");
  }
  if (options.unix !== undefined && proxy !== null) mistakes.add("--unix and a proxy exclude each other: give one");
  if (options.connections === "session" && options.transport === "fetch") {
    mistakes.add("--connections session: fetch does not say which connection it takes; use --transport socket");
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

/** Read here only to be checked: a mistake in it would show as every request's failure. */
function certificateFile(path: string | undefined): string | null {
  if (path === undefined) return null;
  const certificates = readTextFile(path).match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  if (certificates === null) {
    throw new UserError(`"${path}" holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`, 2);
  }
  for (const [index, text] of certificates.entries()) {
    if (!isCertificate(text)) {
      throw new UserError(`"${path}": certificate ${index + 1} of ${certificates.length} cannot be read`, 2);
    }
  }
  return resolve(path);
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text).raw.length > 0;
  } catch {
    return false;
  }
}

function warningsOf({ insecure, proxy }: ConnectionConfig): string[] {
  return [
    ...(insecure
      ? ["--insecure: TLS certificates are not checked; whoever is on the way can read and change everything"]
      : []),
    ...(proxy === null ? [] : [`requests go through the proxy ${proxy}: its time is in every figure`]),
  ];
}
