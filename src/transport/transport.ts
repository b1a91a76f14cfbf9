import type { ErrorKind } from "../record/outcome.ts";

/** A request as it goes out: everything decided, nothing shared with other requests but the header object. */
export interface WireRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** null: no body. */
  body: string | null;
  /** Requests of one conversation share a connection where connections are kept by session; null: it is none's. */
  conversation: string | null;
}

/** What only a transport with sockets of its own knows of a request; filled in on the way. null: not known (yet). */
export interface Passage {
  /** false: a kept connection was used again. */
  newConnection: boolean | null;
  /** Seconds until TCP, or the Unix socket, was connected; null on a kept connection. */
  connectS: number | null;
  /** Seconds of the TLS handshake. */
  tlsS: number | null;
  /** When the last byte of the request was handed to the system. */
  written: number | null;
  /** Bytes of head, framing and body, without TLS's own. */
  wireSent: number;
  wireReceived: number;
}

/**
 * Where a transport puts what it reads. Exactly one of `end` and `fail` is called, once, and nothing after it.
 * Stamps are the engine clock's milliseconds, taken by the transport before it does anything else with what it read.
 */
export interface ResponseSink {
  head(status: number, headers: Headers, stamp: number): void;
  /** Of the body: `bytes` from `from` to `to`, or all of them. The transport may write over them afterwards. */
  piece(bytes: Uint8Array, stamp: number, from?: number, to?: number): void;
  /** Called first of all, by transports that have one to tell of. */
  travels(passage: Passage): void;
  /** The request had to go out again, before anything was heard: its times still begin with the first attempt. */
  resent(): void;
  /** The body is whole by HTTP's own framing. */
  end(stamp: number): void;
  fail(kind: ErrorKind, message: string, stamp: number): void;
}

export interface Transport {
  /** Connections opened so far, those that failed too; null: it cannot tell. */
  readonly opened: number | null;
  /**
   * How many requests it takes in one millisecond without making the last of them wait, where `slots` are in use; null:
   * any number.
   */
  pace(slots: number): number | null;
  /** Never throws; returns the way to give the exchange up, after which the sink hears nothing more. */
  send(request: WireRequest, sink: ResponseSink): () => void;
  /** Closes the connections that wait for another request; those of requests under way go with these. */
  close(): void;
}
