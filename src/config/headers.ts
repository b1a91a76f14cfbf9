import type { Mistakes } from "./mistakes.ts";

/** A field name of HTTP (RFC 9110, 5.1). */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What a header's value may hold (RFC 9110, 5.5): printable characters of one byte, spaces and tabs. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;
const SECRET_NAME = /auth|cookie|token|secret|key|passw|credential|signature|jwt/i;

export interface Headers {
  /** Fit to be stored and shown; names as they were written. */
  open: Record<string, string>;
  /** Names in lower case. */
  secret: Record<string, string>;
}

/** Whether a header (or a URL's parameter) of this name is taken to carry a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

export function isHeaderName(text: string): boolean {
  return NAME.test(text);
}

/** `NAME=VALUE` or `NAME: VALUE`; null for anything else. A name holds neither sign, so the first one decides. */
export function splitHeader(text: string): { name: string; value: string } | null {
  const at = text.search(/[=:]/);
  if (at === -1) return null;
  const name = text.slice(0, at).trim();
  return isHeaderName(name) ? { name, value: text.slice(at + 1).trim() } : null;
}

/**
 * Sorts headers into those that may be shown and those that may not; of a name given twice the last stays.
 * @param redact names of headers that are secret though their names do not say so
 * A mistake names the argument's place only: an unquoted `Authorization=Bearer KEY` makes the key an argument of its own.
 */
export function sortHeaders(texts: string[], redact: string[], mistakes: Mistakes): Headers {
  const redacted = new Set(redact.map((name) => name.trim().toLowerCase()));
  const byName = new Map<string, { name: string; value: string }>();
  for (const [index, text] of texts.entries()) {
    const header = splitHeader(text);
    const where = `--headers: header ${index + 1} of ${texts.length}`;
    if (header === null) mistakes.add(`${where} is not NAME=VALUE (quote one that has spaces)`);
    else if (header.value === "") mistakes.add(`${where} has no value (quote one that has spaces)`);
    else if (!VALUE.test(header.value)) mistakes.add(`${where} has a character that a header cannot hold`);
    else byName.set(header.name.toLowerCase(), header);
  }
  const headers: Headers = { open: {}, secret: {} };
  for (const [lowerName, { name, value }] of byName) {
    if (isSecretName(name) || redacted.has(lowerName)) headers.secret[lowerName] = value;
    else headers.open[name] = value;
  }
  return headers;
}
