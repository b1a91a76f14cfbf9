import type { ApiPlugin, Delta, Reader, ServerEvent } from "../../src/contract/api.ts";
import { Exchange, type HttpEnd } from "../../src/engine/exchange.ts";
import type { Identity } from "../../src/engine/finished.ts";
import { Interpretation } from "../../src/engine/interpretation.ts";
import type { Prepared } from "../../src/engine/prepared.ts";
import { Redaction } from "../../src/engine/redaction.ts";
import { configOf } from "./run-fixture.ts";

export { STAGE } from "./load-fixture.ts";

/** When every exchange made here was sent, in milliseconds. */
export const SENT = 1000;

export function preparedOf(body: unknown = { stream: true }, id = 1): Prepared {
  const text = JSON.stringify(body);
  const wire = { url: "http://127.0.0.1:8000/", method: "POST", headers: {}, body: text, conversation: null };
  return { id, spec: { body }, wire };
}

interface Told {
  status?: number;
  headers?: Record<string, string>;
  /** Each read `gapMs` after the one before. */
  pieces?: (string | Uint8Array)[];
  gapMs?: number;
  end?: "end" | "open" | { kind: Extract<HttpEnd, { ok: false }>["kind"]; message: string };
  /** The request's body. */
  body?: unknown;
}

/** An exchange that has heard what a transport would have told it. The end comes with the last read. */
export function exchangeOf({
  status = 200,
  headers = { "content-type": "text/event-stream" },
  pieces = [],
  gapMs = 10,
  end = "end",
  body,
}: Told): Exchange {
  const exchange = new Exchange(preparedOf(body), SENT, SENT, SENT, () => {});
  let stamp = SENT;
  exchange.head(status, new Headers(headers), stamp);
  for (const piece of pieces) {
    stamp += gapMs;
    exchange.piece(Buffer.from(piece), stamp);
  }
  if (end === "end") exchange.end(stamp);
  else if (end !== "open") exchange.fail(end.kind, end.message, stamp);
  return exchange;
}

export const PLAIN_API: ApiPlugin = { name: "plain", buildRequest: () => ({ body: {} }) };

/** An exchange read to where it has come. */
export function readOf(told: Told, api: ApiPlugin = PLAIN_API): Interpretation {
  const read = new Interpretation(exchangeOf(told), api);
  read.advance(() => 0, Number.POSITIVE_INFINITY);
  return read;
}

export function identityOf(changed: Partial<Identity> = {}): Identity {
  const config = changed.config ?? configOf();
  return {
    engine: 0,
    runId: "run",
    config,
    api: PLAIN_API,
    clock: { now: () => 0, unix: (stamp) => stamp / 1000 },
    redaction: new Redaction({ headers: {}, urlCredentials: null, proxyCredentials: null }),
    ...changed,
  };
}

/** An event as the engine hands it to a reader. */
export function eventOf(data: unknown, name?: string): ServerEvent {
  const text = typeof data === "string" ? data : JSON.stringify(data);
  try {
    return { name, data: text, json: JSON.parse(text) as unknown };
  } catch {
    return { name, data: text, json: undefined };
  }
}

/** A reader that gives what it is told to, whatever comes. */
export function readerGiving(deltas: Delta[]): Reader {
  return { event: () => deltas, body: () => deltas };
}

export function sse(...events: unknown[]): string {
  return events.map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`).join("");
}

/** A chunk of a chat stream. */
export function chunk(delta: object, more: object = {}): object {
  return { id: "c", object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: null, ...more }] };
}
