import type { ErrorKind } from "../record/outcome.ts";

/** A request as it goes out: everything decided, nothing shared with other requests but the header object. */
export interface WireRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  /** null: no body. */
  body: string | null;
}

/**
 * Where a transport puts what it reads. Exactly one of `end` and `fail` is called, once, and nothing after it.
 * Stamps are the engine clock's milliseconds, taken by the transport before it does anything else with what it read.
 */
export interface ResponseSink {
  head(status: number, headers: Headers, stamp: number): void;
  piece(bytes: Uint8Array, stamp: number): void;
  /** The request had to go out again, before anything was heard: its times still begin with the first attempt. */
  resent(): void;
  /** The body is whole by HTTP's own framing. */
  end(stamp: number): void;
  fail(kind: ErrorKind, message: string, stamp: number): void;
}

export interface Transport {
  /**
   * How many requests it takes in one millisecond without making the last of them wait, where `slots` are in use; null:
   * any number.
   */
  pace(slots: number): number | null;
  /** Never throws; returns the way to give the exchange up, after which the sink hears nothing more. */
  send(request: WireRequest, sink: ResponseSink): () => void;
}
