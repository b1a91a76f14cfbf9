import type { ApiPlugin, RequestSpec } from "../contract/api.ts";
import type { Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import type { WireRequest } from "../transport/transport.ts";
import { describeError } from "./describe-error.ts";

/** A request that only waits for its moment. */
export interface Prepared {
  id: number;
  spec: RequestSpec;
  wire: WireRequest;
}

export type Preparation =
  | { kind: "ready"; prepared: Prepared }
  | { kind: "skipped" }
  /** The plugin threw: a failure of this one request. */
  | { kind: "failed"; message: string };

const JSON_HEADERS = { "content-type": "application/json", accept: "*/*", "accept-encoding": "identity" };

/** Turns inputs into requests, ahead of their time. Header objects are made once a run, not once a request. */
export class Preparer {
  readonly #shared: Record<string, string>;

  constructor(
    readonly api: ApiPlugin,
    readonly params: Params,
    /** The real URL, credentials and all. */
    readonly url: string,
    headers: Record<string, string>,
  ) {
    this.#shared = mergeHeaders(JSON_HEADERS, headers);
  }

  /** At once, unless the plugin's buildRequest is asynchronous. Never throws, nor rejects. */
  prepare(id: number, input: Input, params = this.params): Preparation | Promise<Preparation> {
    try {
      const spec = this.api.buildRequest(input, params);
      if (!(spec instanceof Promise)) return this.#made(id, input, spec);
      return spec.then((settled) => this.#made(id, input, settled)).catch(failedPreparation);
    } catch (error) {
      return failedPreparation(error);
    }
  }

  #made(id: number, input: Input, spec: RequestSpec | null): Preparation {
    if (spec === null) return { kind: "skipped" };
    if (typeof spec !== "object") throw new TypeError(`buildRequest gave ${typeof spec}, not { body } or null`);
    return { kind: "ready", prepared: { id, spec, wire: this.wire(spec, input.headers) } };
  }

  wire(spec: RequestSpec, extra?: Record<string, string>): WireRequest {
    const body = spec.body === undefined ? null : typeof spec.body === "string" ? spec.body : JSON.stringify(spec.body);
    const own = spec.headers !== undefined || extra !== undefined;
    return {
      url: spec.url ?? this.url,
      method: spec.method ?? "POST",
      headers: own ? mergeHeaders(this.#shared, spec.headers ?? {}, extra ?? {}) : this.#shared,
      body,
      conversation: null,
    };
  }
}

function mergeHeaders(...parts: Record<string, string>[]): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const part of parts) for (const name in part) merged[name.toLowerCase()] = part[name]!;
  return merged;
}

function failedPreparation(error: unknown): Preparation {
  return { kind: "failed", message: describeError(error) };
}
