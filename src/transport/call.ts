import type { Connection } from "./connection.ts";
import { DecodedSink, packingOf } from "./decoded-sink.ts";
import type { Outgoing } from "./http-request.ts";
import type { ResponseHead } from "./response-head.ts";
import type { Passage, ResponseSink, WireRequest } from "./transport.ts";

/** One request on its way: over one connection, or over a second where the first, a kept one, was gone. */
export class Call {
  readonly method: string;
  readonly conversation: string | null;
  readonly passage: Passage = {
    newConnection: null,
    connectS: null,
    tlsS: null,
    written: null,
    wireSent: 0,
    wireReceived: 0,
  };
  /** null: it has none yet, or no more. */
  connection: Connection | null = null;
  #decoded: DecodedSink | null = null;

  constructor(
    { method, conversation }: WireRequest,
    readonly outgoing: Outgoing,
    public sink: ResponseSink,
  ) {
    this.method = method;
    this.conversation = conversation;
    sink.travels(this.passage);
  }

  head({ status, headers }: ResponseHead, stamp: number): void {
    this.sink.head(status, headers, stamp);
    const packing = packingOf(headers);
    if (packing === null) return;
    this.#decoded = new DecodedSink(this.sink, packing);
    this.sink = this.#decoded;
  }

  giveUp(): void {
    this.#decoded?.silence();
    this.connection?.drop(this);
  }
}
