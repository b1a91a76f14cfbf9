import type { Secrets } from "../config/run-config.ts";
import type { Finished, ProbeResult } from "./protocol.ts";

const MASK = "***";
/** Shorter ones are words ("EMPTY", "test"), which would be torn out of texts that mean no key. */
const LEAST_CHARACTERS = 8;

/**
 * Takes the run's secrets out of what a service says when it fails: some repeat the key that they refuse. What is no
 * failure is kept as it came, so that the usual reply costs nothing.
 */
export class Redaction {
  /** Longest first: one may hold another. */
  readonly #secrets: string[];

  constructor(secrets: Secrets) {
    const long = secretTexts(secrets).filter((text) => text.length >= LEAST_CHARACTERS);
    this.#secrets = [...new Set([...long, ...long.map(insideJson)])].toSorted((a, b) => b.length - a.length);
  }

  /** Changes it in place. */
  finished({ recorded: { outcome, payload } }: Finished): void {
    if (outcome.ending.ok || this.#secrets.length === 0) return;
    outcome.ending.message = this.text(outcome.ending.message);
    if (payload.responseMessages !== null) payload.responseMessages = this.#json(payload.responseMessages);
    if (payload.outputText !== null) payload.outputText = this.text(payload.outputText);
  }

  probed(result: ProbeResult): ProbeResult {
    if (result.ok || this.#secrets.length === 0) return result;
    return { ...result, message: this.text(result.message), body: this.text(result.body) };
  }

  /** Any text, JSON too; one that was cut in the middle of a secret loses its beginning. */
  text(text: string): string {
    return this.#secrets.reduce((cleaned, secret) => withoutTail(cleaned.replaceAll(secret, MASK), secret), text);
  }

  /** Inside JSON a secret may be written with any escapes. A text without one stays as it came, to the byte. */
  #json(json: string): string {
    let found = false;
    const cleaned: unknown = JSON.parse(json, (_, value: unknown) => {
      if (typeof value !== "string") return value;
      const text = this.text(value);
      found ||= text !== value;
      return text;
    });
    return found ? JSON.stringify(cleaned) : json;
  }
}

/** Messages are cut to a length before they get here. */
function withoutTail(text: string, secret: string): string {
  for (let length = secret.length - 1; length >= LEAST_CHARACTERS; length--) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + MASK;
  }
  return text;
}

function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Every form in which the secrets go out. */
function secretTexts({ headers, urlCredentials, proxyCredentials }: Secrets): string[] {
  const credentials = [urlCredentials, proxyCredentials].filter((one) => one !== null);
  return [...Object.values(headers).flatMap(valueTexts), ...credentials.flatMap(credentialTexts)];
}

/** A header's value without a scheme such as `Bearer` before it; of cookies and parameters the value alone, too. */
function valueTexts(value: string): string[] {
  const basic = /^Basic\s+(\S+)$/i.exec(value)?.[1];
  if (basic !== undefined) return [basic, ...credentialTexts(Buffer.from(basic, "base64").toString("utf8"))];
  const parts = value.split(/[\s;,]+/).flatMap((part) => [part, part.slice(part.indexOf("=") + 1)]);
  return parts.some((part) => part.length >= LEAST_CHARACTERS) ? parts : [value];
}

/** A name stays, unless it stands alone: then it is a token. */
function credentialTexts(credentials: string): string[] {
  const colon = credentials.indexOf(":");
  const secret = credentials.slice(colon + 1) || credentials.slice(0, colon);
  return [Buffer.from(credentials, "utf8").toString("base64"), secret, encodeURIComponent(secret)];
}
