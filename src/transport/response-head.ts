/** How a body's end is found: by counting its bytes, by its chunks, or by the connection's end. */
export type BodyEnd = number | "chunked" | "close";

export interface ResponseHead {
  status: number;
  headers: Headers;
  bodyEnd: BodyEnd;
  /** The server says that it keeps the connection. */
  keepAlive: boolean;
}

/** What is no HTTP/1 response; the message says why. */
export class ProtocolError extends Error {
  override name = "ProtocolError";
}

/** Control characters, NUL among them, are in no reason phrase and no value. */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
/** No blank before the colon, none before the name: a line that goes on in the next is refused with them. */
const FIELD = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\x20-\x7e\x80-\xff]*)$/;
/** Node's parser takes such a body for one that lasts until the connection closes. */
const TAB_BEHIND_FRAMING = /^transfer-encoding:.*\t[\t ]*$/i;
const DIGITS = /^\d{1,15}$/;
/** A block of no lines: what nearly every body ends with. */
const NONE = "\r\n";
const SHOWN = 60;

/**
 * Reads heads by RFC 9112, and refuses what two readers may take for two different messages. Replies of one second
 * often have the same head, which is then read once: reading costs 5 to 10 microseconds.
 */
export class HeadReader {
  #last: { text: string; method: string; head: ResponseHead } | null = null;

  /**
   * What it gives is shared: it is for reading alone.
   * @param text up to the empty line and with it
   * @param method of the request that it answers
   * @throws ProtocolError
   */
  read(text: string, method: string): ResponseHead {
    if (this.#last?.text === text && this.#last.method === method) return this.#last.head;
    const head = parseHead(linesOf(text), method);
    this.#last = { text, method, head };
    return head;
  }
}

/** Header lines behind a chunked body. @throws ProtocolError where they are none */
export function checkTrailer(text: string): void {
  if (text === NONE) return;
  parseFields(linesOf(text), 0);
}

/** Without what stands behind the last line's end, and the empty line before that. */
function linesOf(text: string): string[] {
  return text.split("\r\n").slice(0, -2);
}

function parseHead(lines: string[], method: string): ResponseHead {
  const found = STATUS_LINE.exec(lines[0] ?? "");
  if (found === null) throw new ProtocolError(`the reply begins with ${shown(lines[0] ?? "")}, not with HTTP/1.1`);
  const status = Number(found[2]);
  const headers = parseFields(lines, 1);
  const tokens = (headers.get("connection") ?? "").toLowerCase();
  const isOld = found[1] === "0";
  const bodyEnd = hasNoBody(status, method) ? 0 : bodyEndOf(headers);
  // A chunked HTTP/1.0 reply may have passed somebody who does not know chunks: RFC 9112, 6.1.
  const keeps = isOld ? /\bkeep-alive\b/.test(tokens) && bodyEnd !== "chunked" : !/\bclose\b/.test(tokens);
  return { status, headers, bodyEnd, keepAlive: keeps && bodyEnd !== "close" };
}

function parseFields(lines: string[], from: number): Headers {
  const headers = new Headers();
  for (let index = from; index < lines.length; index++) {
    const found = FIELD.exec(lines[index]!);
    if (found === null) throw new ProtocolError(`${shown(lines[index]!)} is no header line`);
    // RFC 9110 allows it, and yet some readers then see no framing where others see one.
    if (TAB_BEHIND_FRAMING.test(lines[index]!)) {
      throw new ProtocolError(`${shown(lines[index]!)} ends with a tab, of which readers think differently`);
    }
    headers.append(found[1]!, found[2]!);
  }
  return headers;
}

function hasNoBody(status: number, method: string): boolean {
  return method === "HEAD" || status < 200 || status === 204 || status === 304;
}

/** RFC 9112, 6.3. */
function bodyEndOf(headers: Headers): BodyEnd {
  const encoding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (encoding !== null) {
    if (length !== null) throw new ProtocolError("the reply has both a Content-Length and a Transfer-Encoding");
    if (encoding.toLowerCase() !== "chunked") {
      throw new ProtocolError(`the reply has the Transfer-Encoding ${shown(encoding)}, which is not "chunked"`);
    }
    return "chunked";
  }
  if (length === null) return "close";
  // The same length twice is one length.
  const [first = "", ...others] = length.split(",").map((part) => part.trim());
  if (!DIGITS.test(first) || others.some((other) => other !== first)) {
    throw new ProtocolError(`the reply has the Content-Length ${shown(length)}`);
  }
  return Number(first);
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);
}
