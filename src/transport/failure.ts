import type { ErrorKind } from "../record/outcome.ts";

/**
 * Native error codes to kinds. fetch reports a cut chunk, a short Content-Length and a server that closes without a
 * reply all as ECONNRESET, so `reset` is no finer than that.
 */
const KINDS: Record<string, ErrorKind> = {
  ECONNREFUSED: "connect",
  ConnectionRefused: "connect",
  FailedToOpenSocket: "connect",
  EHOSTUNREACH: "connect",
  ENETUNREACH: "connect",
  ENOENT: "connect",
  EACCES: "connect",
  ERR_PROXY_TUNNEL: "connect",
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  DNSException: "dns",
  UnableToResolveHost: "dns",
  ECONNRESET: "reset",
  ConnectionClosed: "reset",
  EPIPE: "reset",
  EPROTO: "tls",
  ETIMEDOUT: "timeout_connect",
  EMFILE: "local_resource",
  ENFILE: "local_resource",
  EADDRNOTAVAIL: "local_resource",
  ENOBUFS: "local_resource",
  ENOMEM: "local_resource",
  ZlibError: "decode",
  BrotliDecompressionError: "decode",
  ZstdDecompressionError: "decode",
  ShortRead: "decode",
  InvalidHTTPResponse: "protocol",
  MalformedHTTPResponse: "protocol",
  Malformed_HTTP_Response: "protocol",
  InvalidContentLength: "protocol",
  UnrequestedUpgrade: "protocol",
};

const NO_HTTP = "what came is not HTTP";
const WRONGLY_COMPRESSED = "the body is not compressed as its head says";

/** Where the native words are none, or speak to whoever wrote the program. */
const WORDS: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  ENOENT: "no such Unix socket",
  ECONNRESET: "the connection was lost",
  EPROTO: "the TLS handshake failed: does the server speak TLS on this port?",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another host",
  ZlibError: WRONGLY_COMPRESSED,
  BrotliDecompressionError: WRONGLY_COMPRESSED,
  ZstdDecompressionError: WRONGLY_COMPRESSED,
  InvalidHTTPResponse: NO_HTTP,
  MalformedHTTPResponse: NO_HTTP,
  Malformed_HTTP_Response: NO_HTTP,
  InvalidContentLength: "the reply's Content-Length is no length",
  UnrequestedUpgrade: "the reply changes to another protocol",
};

const TLS = /CERT|SSL|TLS|self.signed|ERR_TLS|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|HOSTNAME_MISMATCH|handshake/i;
const DNS = /resolve|getaddrinfo|dns/i;

/** Native advice to whoever wrote the program, and the URL, which may hold a key. */
const ADVICE = /( fetching ".*")?\.? For more information, pass `verbose: true` .*$/;

/** What a thrown transport error was, in plumb's kinds, with a message that names the native code. */
export function failureOf(error: unknown): { kind: ErrorKind; message: string } {
  const code = codeOf(error);
  const message = WORDS[code] ?? messageOf(error).replace(ADVICE, "");
  return {
    kind: isUnsendable(error, code) ? "plugin" : kindOf(code, message),
    message: code === "" || message.includes(code) ? message : `${code}: ${message}`,
  };
}

/** The text of whatever was thrown: an Error's message; anything may be thrown, and some of it refuses String(). */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error && typeof thrown.message === "string") return thrown.message;
  return typeof thrown === "string" ? thrown : Bun.inspect(thrown);
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** A URL, method or header that no request can have: nothing was sent. */
function isUnsendable(error: unknown, code: string): boolean {
  return code.startsWith("ERR_INVALID_") || (error instanceof TypeError && code === "");
}

function kindOf(code: string, message: string): ErrorKind {
  const known = KINDS[code];
  if (known !== undefined) return known;
  if (TLS.test(code) || TLS.test(message)) return "tls";
  if (DNS.test(code) || DNS.test(message)) return "dns";
  if (/decompress|zlib|gzip|brotli/i.test(`${code} ${message}`)) return "decode";
  if (/http|header|chunk/i.test(code)) return "protocol";
  return "reset";
}
