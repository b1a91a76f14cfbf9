/** What the server knows of one request that named itself by `x-request-id`. Milliseconds after it was read in whole. */
export interface RequestTruth {
  id: string;
  /** The first token's chunk was written; null: no stream, or no token. */
  first_token_ms: number | null;
  last_token_ms: number | null;
  /** The system had the whole reply. */
  latency_ms: number;
  /** Of one choice. */
  tokens: number;
}

/** Requests kept; those that come later are not, so that a server may run for weeks. */
const MOST_KEPT = 100_000;

/** The finished requests that bore an id, each by itself: a client's figures can be held against them one by one. */
export class RequestLog {
  #kept: RequestTruth[] = [];

  add(truth: RequestTruth): void {
    if (this.#kept.length < MOST_KEPT) this.#kept.push(truth);
  }

  clear(): void {
    this.#kept = [];
  }

  get all(): readonly RequestTruth[] {
    return this.#kept;
  }
}
