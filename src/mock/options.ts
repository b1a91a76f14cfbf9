import type { FaultShares } from "./faults.ts";
import type { Certificate } from "./http-server.ts";

/** A fixed amount, or bounds between which one is drawn for each request, evenly, both ends included. */
export type Amount = number | { from: number; to: number };

/** What the mock server does. Times are milliseconds. */
export interface MockOptions {
  host: string;
  /** 0: a free one. */
  port: number;
  /** From the whole request having been read to the first chunk that carries a token. */
  ttftMs: Amount;
  /** From one token to the next; a chunk of several tokens comes when its last one is due. 0: all at once. */
  itlMs: Amount;
  /** Length of a reply that the request does not bound, in tokens. */
  tokens: Amount;
  /** Of everything drawn. */
  seed: number;
  model: string;
  /** Answer 404 to every other model's name. */
  strictModel: boolean;
  /** null: nobody is asked for one. */
  apiKey: string | null;
  chunkTokens: number;
  /** Tokens at the beginning of a reply that come as reasoning. */
  reasoning: number;
  toolCalls: boolean;
  /** A first delta that carries the role alone, sent together with the headers. */
  roleChunk: boolean;
  usage: boolean;
  /** Whether a stream closes with `[DONE]`. */
  done: boolean;
  /** Requests that are answered at once, the others wait for them in order; null: any number. */
  slots: number | null;
  faults: FaultShares;
  /** Bytes that the fault `large` adds. */
  faultLargeBytes: number;
  /** null: no TLS. */
  tls: Certificate | null;
}

export const MOCK_DEFAULTS: MockOptions = {
  host: "127.0.0.1",
  port: 8000,
  ttftMs: 100,
  itlMs: 10,
  tokens: 64,
  seed: 42,
  model: "mock",
  strictModel: false,
  apiKey: null,
  chunkTokens: 1,
  reasoning: 0,
  toolCalls: false,
  roleChunk: true,
  usage: true,
  done: true,
  slots: null,
  faults: new Map(),
  faultLargeBytes: 2_000_000,
  tls: null,
};
