import { isSecretName } from "./headers.ts";

/** Whom a run's credentials are for. Names alone: it is stored with the run. */
export interface CredentialScope {
  /** Scheme, host and port of each of the run's URLs. */
  origins: string[];
  /** Headers that carry a credential, in lower case. */
  headers: string[];
}

export function credentialScope(urls: string[], headers: string[]): CredentialScope {
  return { origins: [...new Set(urls.map(originOf))], headers };
}

/**
 * A request's headers as they may go to `url`: to an origin that is not the run's, those that carry a credential do not,
 * nor those whose name says so.
 * @param headers names in lower case
 */
export function headersWithin(
  scope: CredentialScope,
  url: string,
  headers: Record<string, string>,
): Record<string, string> {
  if (scope.origins.includes(originOf(url))) return headers;
  const open = ([name]: [string, string]) => !scope.headers.includes(name) && !isSecretName(name);
  return Object.fromEntries(Object.entries(headers).filter(open));
}

/** A WebSocket's origin is that of the page beside it. */
function originOf(url: string): string {
  return new URL(url.replace(/^ws/i, "http")).origin;
}
