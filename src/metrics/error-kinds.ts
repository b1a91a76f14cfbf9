import type { ErrorKind } from "../record/outcome.ts";

/** What each kind of failure means, and what to look at first. */
export const ERROR_KINDS: Record<ErrorKind, { means: string; look: string }> = {
  dns: { means: "the host's name was not found", look: "the name in --url, and this machine's resolver" },
  connect: { means: "no connection: refused or unreachable", look: "whether the service runs, its port, a firewall" },
  tls: { means: "the TLS handshake failed", look: "the message: expired, self-signed or another host's; --ca FILE" },
  timeout_connect: { means: "no connection within --connect-timeout", look: "the service's queue of connections" },
  timeout_idle: {
    means: "no byte for --read-timeout; waiting for the first one counts",
    look: "the service's own queue: a prompt may wait that long for its turn",
  },
  timeout_total: { means: "not complete within --total-timeout", look: "--max-tokens, and the speed of one stream" },
  http_4xx: { means: "a status of 400 to 499, save 429", look: "the message: it is the service's own" },
  rate_limited: { means: "status 429: the service lets no more in", look: "the limits of the key; a lower load" },
  http_5xx: { means: "a status of 500 to 599", look: "the service's own log" },
  redirect: { means: "a redirect, which plumb does not follow", look: "--url: give the address that it leads to" },
  protocol: { means: "what came is not HTTP", look: "the port, and whether it speaks https" },
  reset: { means: "the connection went before the reply was whole", look: "a proxy in between; the service's log" },
  truncated: { means: "the reply ended without the API's own end", look: "crashes of the service; --api" },
  stream_error: { means: "an event in the stream said that the request failed", look: "the message" },
  malformed: { means: "an event or a body that should be JSON is not", look: "the reply: `plumb query`" },
  decode: { means: "bytes that are not text in the encoding that was said", look: "what compresses on the way" },
  empty: { means: "a complete reply without output and without completion tokens", look: "the prompt's template" },
  wrong_content_type: { means: "neither a stream nor JSON, such as a page of HTML", look: "--url: a proxy's page?" },
  too_large: { means: "an event or a body beyond what plumb holds", look: "--max-response-mb" },
  plugin: { means: "the API plugin threw", look: "the message; `plumb plugins check`" },
  local_resource: {
    means: "plumb's own machine had no descriptor, port or memory left",
    look: "`ulimit -n`, net.ipv4.ip_local_port_range",
  },
  engine_lost: { means: "the engine process ended", look: "stderr, and the kernel's log: out of memory?" },
  cancelled: { means: "it was in flight when the run was stopped", look: "nothing: it was asked for" },
  cancelled_on_purpose: {
    means: "--cancel gave it up; counted apart from failures",
    look: "nothing: it was asked for",
  },
  unsent: { means: "it was due and never sent; counted apart from failures", look: "why the run ended early" },
};
