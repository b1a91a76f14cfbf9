import { type CredentialScope, credentialScope, headersWithin } from "../config/credential-scope.ts";
import type { ResponsePart, Session, SessionRequest, SessionResponse, SessionSocket } from "../contract/session.ts";
import { failureOf } from "./failure.ts";
import type { FetchRoute, SocketRoute } from "./fetch-route.ts";
import { framingOf, splitterFor } from "./framing.ts";
import { SessionFailure } from "./session-failure.ts";
import { openSocket } from "./session-socket.ts";
import { type PartStamp, stampPart } from "./stamped-part.ts";

/** What the calls of one request go out with, unless they say otherwise. */
interface SessionTarget {
  url: string;
  headers: Record<string, string>;
}

/** How the calls of all requests of an engine get to the service. */
export interface SessionRoutes {
  fetch: FetchRoute;
  socket: SocketRoute;
}

/**
 * Requests of a plugin's own making, over native fetch, with the request's headers: those with a credential to the run's
 * own origins alone. What comes back carries its moment.
 */
export class FetchSession implements Session {
  readonly #credentials: CredentialScope;
  #reads = 0;

  constructor(
    readonly target: SessionTarget,
    readonly routes: SessionRoutes,
    readonly now: () => number,
    readonly signal: AbortSignal,
    /** Hears of every byte that comes in, for the record. */
    readonly onBytes: (count: number) => void,
  ) {
    this.#credentials = routes.socket.credentials ?? credentialScope([target.url], []);
  }

  async fetch(request: SessionRequest = {}): Promise<SessionResponse> {
    const { body } = request;
    const url = new URL(request.url ?? "", this.target.url).href;
    const response = await this.#reach(url, {
      method: request.method ?? (body === undefined ? "GET" : "POST"),
      headers: this.#headersTo(url, request.headers),
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
      signal: this.signal,
      ...this.routes.fetch,
    });
    const parts = () => this.#parts(response);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      [Symbol.asyncIterator]: parts,
      text: () => this.#text(response),
    };
  }

  async #reach(url: string, init: BunFetchRequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (error) {
      throw new SessionFailure(failureOf(error), error);
    }
  }

  socket(url: string, protocols: string[] = [], headers: Record<string, string> = {}): Promise<SessionSocket> {
    const absolute = new URL(url, this.target.url.replace(/^http/, "ws")).href;
    const { now, signal, onBytes, routes } = this;
    const all = this.#headersTo(absolute, headers);
    return openSocket(absolute, protocols, all, { now, signal, onBytes, route: routes.socket });
  }

  #headersTo(url: string, own: Record<string, string> = {}): Record<string, string> {
    return { ...headersWithin(this.#credentials, url, this.target.headers), ...lowerCased(own) };
  }

  async #text(response: Response): Promise<ResponsePart> {
    const decoder = new TextDecoder();
    let text = "";
    let last: PartStamp = { stamp: this.now(), read: this.#reads++ };
    for await (const { bytes, stamp } of this.#reading(response)) {
      text += decoder.decode(bytes, { stream: true });
      last = stamp;
    }
    return stampPart({ data: text + decoder.decode(), ...verdictOf(response) }, last);
  }

  async *#parts(response: Response): AsyncGenerator<ResponsePart, void, void> {
    const decoder = new TextDecoder();
    const verdict = verdictOf(response);
    const ready: ResponsePart[] = [];
    let now: PartStamp = { stamp: this.now(), read: this.#reads++ };
    const onEvent = (data: string, name: string | undefined) => ready.push(stampPart({ data, name, ...verdict }, now));
    const framing = framingOf(response.headers.get("content-type"), "", "sse");
    const splitter = framing === null ? null : splitterFor(framing, onEvent);
    if (splitter === null) {
      yield await this.#text(response);
      return;
    }
    for await (const { bytes, stamp } of this.#reading(response)) {
      now = stamp;
      splitter.feed(decoder.decode(bytes, { stream: true }));
      yield* ready.splice(0);
    }
    splitter.flush();
    yield* ready.splice(0);
  }

  async *#reading(response: Response): AsyncGenerator<{ bytes: Uint8Array; stamp: PartStamp }, void, void> {
    const reader = response.body?.getReader();
    if (reader === undefined) return;
    try {
      for (;;) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          throw new SessionFailure(failureOf(error), error);
        });
        const stamp = { stamp: this.now(), read: this.#reads++ };
        if (done) return;
        this.onBytes(value.byteLength);
        yield { bytes: value, stamp };
      }
    } finally {
      // A plugin that leaves before the body's end would hold the connection for as long as the server sends.
      reader.cancel().catch(() => {});
    }
  }
}

/** What every part of a reply has from its head. */
function verdictOf({ status, ok }: Response): Pick<ResponsePart, "status" | "isError"> {
  return ok ? { status } : { status, isError: true };
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
