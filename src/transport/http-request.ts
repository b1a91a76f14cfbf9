import type { WireRequest } from "./transport.ts";

/** Where requests of one scheme, host and port go. */
export interface Origin {
  /** The same for the same origin. */
  url: string;
  /** That its certificate must bear; an IPv6 address without its brackets. */
  hostname: string;
  isTls: boolean;
}

/** A request as the wire takes it. */
export interface Outgoing {
  origin: Origin;
  /** Head and body. */
  bytes: Uint8Array;
  /** The server is told to close the connection behind its reply. */
  closes: boolean;
}

/** A head up to the body's length, which is what changes from request to request. */
interface KnownHead {
  url: string;
  method: string;
  origin: Origin;
  text: string;
  closes: boolean;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Ours to say: they are how the body's end is found. */
const FRAMING = new Set(["content-length", "transfer-encoding"]);
/** Of these a server expects a length even where there is no body. */
const BODY_EXPECTED = new Set(["POST", "PUT", "PATCH"]);

/** Turns requests into bytes. A head is made once for a header object, not once for each request that has it. */
export class RequestWriter {
  readonly #heads = new WeakMap<Record<string, string>, KnownHead>();

  /** @param connection what heads say of it, unless the request's own header says something else */
  constructor(readonly connection: "keep-alive" | "close") {}

  /** @throws TypeError where it is no request that anybody could send */
  write(request: WireRequest): Outgoing {
    const { origin, text, closes } = this.#headOf(request);
    const { body } = request;
    if (body === null && !BODY_EXPECTED.has(request.method)) {
      return { origin, bytes: Buffer.from(`${text}\r\n`, "latin1"), closes };
    }
    const length = body === null ? 0 : Buffer.byteLength(body);
    const head = `${text}Content-Length: ${length}\r\n\r\n`;
    const bytes = Buffer.allocUnsafe(head.length + length);
    bytes.write(head, "latin1");
    if (body !== null) bytes.write(body, head.length);
    return { origin, bytes, closes };
  }

  #headOf(request: WireRequest): KnownHead {
    const known = this.#heads.get(request.headers);
    if (known !== undefined && known.url === request.url && known.method === request.method) return known;
    const head = this.#makeHead(request);
    this.#heads.set(request.headers, head);
    return head;
  }

  #makeHead({ url, method, headers }: WireRequest): KnownHead {
    const target = new URL(url);
    const isTls = target.protocol === "https:";
    if (!isTls && target.protocol !== "http:") throw new TypeError(`"${target.protocol}" is neither http: nor https:`);
    if (!TOKEN.test(method)) throw new TypeError(`"${method}" is no HTTP method`);
    const fields = new Headers({ host: target.host, "user-agent": "plumb", accept: "*/*", ...headers });
    if (!fields.has("connection")) fields.set("connection", this.connection);
    if (!fields.has("authorization") && target.username !== "") fields.set("authorization", basicOf(target));
    const lines = [`${method} ${target.pathname}${target.search} HTTP/1.1`];
    for (const [name, value] of fields) if (!FRAMING.has(name)) lines.push(`${name}: ${value}`);
    return {
      url,
      method,
      origin: {
        url: target.origin,
        hostname: target.hostname.replace(/^\[|\]$/g, ""),
        isTls,
      },
      text: `${lines.join("\r\n")}\r\n`,
      closes: /\bclose\b/i.test(fields.get("connection") ?? ""),
    };
  }
}

function basicOf({ username, password }: URL): string {
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(credentials, "utf8").toString("base64")}`;
}
