import { UserError } from "./user-error.ts";

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
/** `host:8000`, `[::1]:8000/v1`, `user:password@host:8000`: an address with its scheme left out. */
const HOST_AND_PORT = /^(?:[^/?#]*@)?(?:\[[\da-f:.]+\]|[^\s/:@?#[\]]+):\d{1,5}(?:[/?#]|$)/i;
const VERSION_OR_SLASH = /(?:\/v\d+|\/)$/;

/** The text with anything that may be `user:password@` covered. Rather too much than too little: it is for messages. */
export function maskCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1***@");
}

/** Cuts `user:password@` out of a URL; credentials come back percent-decoded. */
export function splitCredentials(text: string): { url: string; credentials: string | null } {
  const url = parseUrl(text);
  if (url.username === "" && url.password === "") return { url: url.href, credentials: null };
  const credentials = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = "";
  url.password = "";
  return { url: url.href, credentials };
}

/**
 * The URL that requests go to. Without a path: `/v1/` and the tail; a path that ends in `/v1` (any number) or a slash:
 * the tail is appended; any other path stays as it is. The query is kept, a fragment is not.
 * @param tail the API's own end of a path, `chat/completions`; with a slash before it the whole path, `/api/chat`, which
 *   replaces a beginning of itself (none, `/`, `/api`); empty: the URL stays as it is
 * @throws UserError if it is not an http or https URL
 */
export function resolveEndpoint(text: string, tail: string): string {
  const url = parseUrl(text);
  url.hash = "";
  const end = tail.replace(/^\/+/, "");
  if (tail.startsWith("/") && begins(url.pathname, tail)) url.pathname = tail;
  else if (end !== "") url.pathname = fullPath(url.pathname, end);
  return url.href;
}

/** Whether `path` is the first folders of `whole`, or all of it. */
function begins(path: string, whole: string): boolean {
  return `${whole}/`.startsWith(path.endsWith("/") ? path : `${path}/`);
}

function fullPath(path: string, tail: string): string {
  if (path === "/") return `/v1/${tail}`;
  // Someone who wrote the whole path and a slash after it meant the whole path.
  if (!VERSION_OR_SLASH.test(path) || path.endsWith(`/${tail}/`)) return path;
  return path.endsWith("/") ? path + tail : `${path}/${tail}`;
}

function parseUrl(text: string): URL {
  const trimmed = text.trim();
  const whole = !SCHEME.test(trimmed) && HOST_AND_PORT.test(trimmed) ? `http://${trimmed}` : trimmed;
  const shown = maskCredentials(trimmed);
  if (!SCHEME.test(whole)) {
    throw new UserError(`"${shown}" is not a URL: write it like http://localhost:8000 or https://host/v1`, 2);
  }
  const url = URL.parse(whole);
  if (url === null) throw new UserError(`"${shown}" is not a URL: its host or port cannot be read`, 2);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new UserError(`"${shown}": only http:// and https:// can be tested`, 2);
  }
  return url;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UserError("the user name or password in it is not percent-encoded rightly: write % as %25", 2);
  }
}
