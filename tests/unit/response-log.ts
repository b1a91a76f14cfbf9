import type { ConnectionConfig } from "../../src/config/run-config.ts";
import type { ErrorKind } from "../../src/record/outcome.ts";
import type { TransportOptions } from "../../src/transport/choose.ts";
import { FetchTransport } from "../../src/transport/fetch.ts";
import type { Passage, ResponseSink, WireRequest } from "../../src/transport/transport.ts";
import { configOf } from "./run-fixture.ts";

type Entry =
  | { call: "head"; status: number; headers: Headers; stamp: number }
  | { call: "piece"; text: string; stamp: number }
  | { call: "end"; stamp: number }
  | { call: "fail"; kind: ErrorKind; message: string; stamp: number };

/** Writes down what a transport says, in order. */
export class ResponseLog implements ResponseSink {
  resends = 0;
  passage: Passage | null = null;
  readonly entries: Entry[] = [];
  readonly ended: Promise<void>;
  readonly firstPiece: Promise<void>;
  #end = () => {};
  #piece = () => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.firstPiece = new Promise((resolve) => {
      this.#piece = resolve;
    });
  }

  head(status: number, headers: Headers, stamp: number): void {
    this.entries.push({ call: "head", status, headers, stamp });
  }

  piece(bytes: Uint8Array, stamp: number, from?: number, to?: number): void {
    this.entries.push({ call: "piece", text: Buffer.from(bytes.subarray(from, to)).toString(), stamp });
    this.#piece();
  }

  travels(passage: Passage): void {
    this.passage = passage;
  }

  resent(): void {
    this.resends++;
  }

  end(stamp: number): void {
    this.entries.push({ call: "end", stamp });
    this.#end();
  }

  fail(kind: ErrorKind, message: string, stamp: number): void {
    this.entries.push({ call: "fail", kind, message, stamp });
    this.#end();
  }

  get calls(): string[] {
    return this.entries.map(({ call }) => call);
  }

  /** The body as it came. */
  get text(): string {
    return this.entries.map((entry) => (entry.call === "piece" ? entry.text : "")).join("");
  }

  get failure(): { kind: ErrorKind; message: string } {
    const last = this.entries.at(-1);
    if (last?.call !== "fail") throw new Error(`did not fail: ${this.calls.join(", ")}`);
    return { kind: last.kind, message: last.message };
  }
}

export function requestTo(url: string, changed: Partial<WireRequest> = {}): WireRequest {
  const headers = { "content-type": "application/json", "accept-encoding": "identity" };
  return { url, method: "POST", headers, body: "{}", conversation: null, ...changed };
}

/** How a transport is made that has nothing special about it, but what is changed. */
export function travelOf(
  changed: Partial<ConnectionConfig> = {},
  proxyCredentials: string | null = null,
): TransportOptions {
  return { now: () => performance.now(), connection: { ...configOf().connection, ...changed }, proxyCredentials };
}

/** Sends a request by fetch and waits for its end. */
export async function fetched(request: WireRequest, travel = travelOf()): Promise<ResponseLog> {
  const log = new ResponseLog();
  new FetchTransport(travel).send(request, log);
  await log.ended;
  return log;
}
