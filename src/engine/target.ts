import type { RunConfig, Secrets } from "../config/run-config.ts";

/** Where an engine's requests go, secrets put back in: only the engine ever holds this. */
export interface Target {
  url: string;
  headers: Record<string, string>;
}

export function targetOf(config: RunConfig, secrets: Secrets): Target {
  const headers = { ...config.headers, ...secrets.headers };
  if (secrets.urlCredentials !== null && headers.authorization === undefined) {
    headers.authorization = `Basic ${Buffer.from(secrets.urlCredentials, "utf8").toString("base64")}`;
  }
  return { url: config.url, headers };
}
