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
  readonly #secrets: string[];

  constructor(secrets: Secrets) {
    this.#secrets = secretTexts(secrets).filter((text) => text.length >= LEAST_CHARACTERS);
  }

  /** Changes it in place. */
  finished({ recorded: { outcome, payload } }: Finished): void {
    if (outcome.ending.ok || this.#secrets.length === 0) return;
    outcome.ending.message = this.#text(outcome.ending.message);
    if (payload.responseMessages !== null) payload.responseMessages = this.#json(payload.responseMessages);
    if (payload.outputText !== null) payload.outputText = this.#text(payload.outputText);
  }

  probed(result: ProbeResult): ProbeResult {
    if (result.ok || this.#secrets.length === 0) return result;
    return { ...result, message: this.#text(result.message), body: this.#text(result.body) };
  }

  #text(text: string): string {
    return this.#secrets.reduce((cleaned, secret) => cleaned.replaceAll(secret, MASK), text);
  }

  /** Inside JSON a secret may be written with escapes. A text without one stays as it came, to the byte. */
  #json(json: string): string {
    let found = false;
    const cleaned: unknown = JSON.parse(json, (_, value: unknown) => {
      if (typeof value !== "string") return value;
      const text = this.#text(value);
      found ||= text !== value;
      return text;
    });
    return found ? JSON.stringify(cleaned) : json;
  }
}

/** Every form in which the secrets go out, without a scheme such as `Bearer` before them. */
function secretTexts({ headers, urlCredentials }: Secrets): string[] {
  const sent = Object.values(headers).flatMap((value) => value.split(/[\s;,]+/));
  if (urlCredentials === null) return sent;
  const password = urlCredentials.slice(urlCredentials.indexOf(":") + 1);
  return [...sent, Buffer.from(urlCredentials, "utf8").toString("base64"), password];
}
