/** A request read to its last byte. */
export interface HttpRequest {
  method: string;
  /** As it stood in the request line. */
  target: string;
  /** Names in lower case; values of one name joined with ", ". */
  headers: Map<string, string>;
  body: Buffer;
  /** False for HTTP/1.0, where a reply of unknown length ends with the connection. */
  chunksAllowed: boolean;
  keepAlive: boolean;
}

/** A request that cannot be read: answered with `status`, then the connection is closed. */
export class HttpError extends Error {
  override name = "HttpError";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const MAX_HEAD = 64 * 1024;
export const MAX_BODY = 256 * 1024 * 1024;
export const CRLF = "\r\n";

/** @throws HttpError */
export function parseHead(head: string): HttpRequest {
  const [requestLine = "", ...lines] = head.split(CRLF);
  const found = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) (\S+) HTTP\/1\.([01])$/.exec(requestLine);
  if (found === null) throw new HttpError(400, "the request line is not HTTP/1.1");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1 || /\s/.test(line.slice(0, colon))) throw new HttpError(400, "a header line has no name");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  const chunksAllowed = found[3] === "1";
  const keepAlive = chunksAllowed && !/\bclose\b/i.test(headers.get("connection") ?? "");
  return { method: found[1]!, target: found[2]!, headers, body: Buffer.alloc(0), chunksAllowed, keepAlive };
}

/** How the body's end is found: by counting bytes, or by its chunks. @throws HttpError */
export function bodyFraming(headers: Map<string, string>): number | "chunked" {
  const encoding = headers.get("transfer-encoding");
  const length = headers.get("content-length");
  if (encoding !== undefined) {
    if (length !== undefined) throw new HttpError(400, "both Content-Length and Transfer-Encoding are given");
    if (encoding.toLowerCase() !== "chunked") throw new HttpError(501, `unknown Transfer-Encoding ${encoding}`);
    return "chunked";
  }
  if (length === undefined) return 0;
  if (!/^\d{1,15}$/.test(length)) throw new HttpError(400, "Content-Length is not a number");
  if (Number(length) > MAX_BODY) throw new HttpError(413, `the body is longer than ${MAX_BODY} bytes`);
  return Number(length);
}
