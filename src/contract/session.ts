/** What `processRequest` has to talk to a service with, and what it yields. */

/** One piece of a reply: an event, a line, a body, a message. */
export interface ResponsePart {
  /** The text; anything else is kept as JSON. */
  data: unknown;
  /** The reply has failed: what came before is kept. */
  isError?: boolean;
  /** HTTP status, or what stands for one. */
  status?: number;
  /** Name of a server-sent event. */
  name?: string;
}

export interface SessionRequest {
  /** The request's own URL if absent: the run's, unless buildRequest gave one. A path is taken relative to it. */
  url?: string;
  /** POST if absent, GET without a body. */
  method?: string;
  /**
   * Added to the request's headers: the run's with the key, buildRequest's, the input's. To another origin than the run's
   * URLs none of those with a key or the like goes: here stands what that service needs.
   */
  headers?: Record<string, string>;
  /** A string goes out as it is, anything else as JSON. */
  body?: unknown;
}

/**
 * A reply whose head has arrived. Its parts carry the moment at which plumb read them; under a status other than 2xx
 * they are error parts, unless the plugin says otherwise: `{ ...part, isError: false }`.
 */
export interface SessionResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Events of a stream (SSE or NDJSON, by content type), or the whole body as one part. */
  [Symbol.asyncIterator](): AsyncIterator<ResponsePart>;
  /** The whole body as one part. */
  text(): Promise<ResponsePart>;
}

/** A WebSocket. Its messages carry the moment at which they arrived. Iteration ends when the service closes it. */
export interface SessionSocket {
  send(data: string | Uint8Array): void;
  close(): void;
  [Symbol.asyncIterator](): AsyncIterator<ResponsePart>;
}

export interface Session {
  /** Rejects where no reply comes about; a status that means failure is a reply. */
  fetch(request?: SessionRequest): Promise<SessionResponse>;
  /** Headers as in `fetch`. */
  socket(url: string, protocols?: string[], headers?: Record<string, string>): Promise<SessionSocket>;
  /** Aborted when the request's time is up or the run ends. */
  readonly signal: AbortSignal;
}
