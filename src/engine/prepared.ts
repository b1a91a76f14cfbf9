import { type CredentialScope, credentialScope, headersWithin } from "../config/credential-scope.ts";
import type { ApiPlugin, RequestSpec } from "../contract/api.ts";
import type { AskedLengths, Input } from "../contract/input.ts";
import type { Params } from "../contract/params.ts";
import type { WireRequest } from "../transport/transport.ts";
import type { Aim } from "./aim.ts";
import { Conversation, type ConversationInput } from "./conversation.ts";
import { describeError } from "./describe-error.ts";
import { NO_MARKS, type RequestMarks } from "./request-marks.ts";

/** Where in its conversation a request stands. */
export interface PreparedTurn {
  conversation: Conversation;
  /** From 0. */
  index: number;
}

/** A request that only waits for its moment. */
export interface Prepared {
  /** The number of its row. */
  id: number;
  spec: RequestSpec;
  wire: WireRequest;
  /** Absent: it is no part of a conversation. */
  turn?: PreparedTurn;
  /** As the input has them. */
  asked?: AskedLengths;
  part?: string;
  /** Absent: at the run's only model and URL. */
  aim?: Aim;
}

export type Preparation =
  | { kind: "ready"; prepared: Prepared }
  | { kind: "skipped" }
  /** The plugin threw: a failure of this one request. */
  | { kind: "failed"; message: string; turn?: PreparedTurn };

/** What a request is built from besides its input. */
interface Goal {
  params: Params;
  aim?: Aim;
  conversation?: Conversation;
}

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
    readonly marks: RequestMarks = NO_MARKS,
    readonly keepReasoning = false,
    /** Of an arrival; null: all are aimed at the same. */
    readonly aims: ((arrival: number) => Aim) | null = null,
    readonly credentials: CredentialScope = credentialScope([url], []),
  ) {
    this.#shared = mergeHeaders(JSON_HEADERS, headers);
  }

  /** At once, unless the plugin's buildRequest is asynchronous. Never throws, nor rejects. A conversation's first turn. */
  prepare(id: number, input: Input): Preparation | Promise<Preparation> {
    if (input.kind === "conversation") return this.turn(this.#conversation(id, input));
    return this.#build(id, () => input, { params: this.params, aim: this.aims?.(id) });
  }

  /** A request that is no part of the load. */
  probe(input: Input, params: Params): Preparation | Promise<Preparation> {
    return this.#build(-1, () => input, { params });
  }

  /** The next turn of a conversation. */
  turn(conversation: Conversation): Preparation | Promise<Preparation> {
    const goal = { params: this.params, aim: this.aims?.(conversation.arrival), conversation };
    const made = this.#build(conversation.row + 1, () => conversation.next(), goal);
    const index = conversation.turn;
    const placed = (preparation: Preparation): Preparation => {
      return preparation.kind === "failed" ? { ...preparation, turn: { conversation, index } } : preparation;
    };
    return made instanceof Promise ? made.then(placed) : placed(made);
  }

  #conversation(id: number, input: ConversationInput): Conversation {
    const { api, params, keepReasoning } = this;
    const manner = { api, applyChatTemplate: params.applyChatTemplate, keepReasoning };
    return new Conversation(id, `${this.marks.runId}-c${id}`, input, manner);
  }

  #build(id: number, next: () => Input, goal: Goal): Preparation | Promise<Preparation> {
    try {
      const input = next();
      const spec = this.api.buildRequest(input, withOwn(aimed(goal), input.params));
      if (!(spec instanceof Promise)) return this.#made(id, input, spec, goal);
      return spec.then((settled) => this.#made(id, input, settled, goal)).catch(failedPreparation);
    } catch (error) {
      return failedPreparation(error);
    }
  }

  #made(id: number, input: Input, spec: RequestSpec | null, { conversation, aim }: Goal): Preparation {
    if (spec === null) return { kind: "skipped" };
    if (typeof spec !== "object") throw new TypeError(`buildRequest gave ${typeof spec}, not { body } or null`);
    const marks = this.marks.headers(id, conversation ?? null);
    const wire = this.wire(spec, input.headers, marks ?? undefined);
    const made: Prepared = { id, spec, wire };
    const prepared = aim === undefined ? made : { ...sentTo(made, aim.endpoint ?? this.url), aim };
    if (input.asked !== undefined) prepared.asked = input.asked;
    if (input.part !== undefined) prepared.part = input.part;
    if (conversation === undefined) return { kind: "ready", prepared };
    const turn = { conversation, index: conversation.turn };
    return { kind: "ready", prepared: { ...prepared, wire: { ...wire, conversation: conversation.id }, turn } };
  }

  /** @param extra of the input; to another origin than the run's they lose what carries a credential, as the run's do */
  wire(spec: RequestSpec, extra?: Record<string, string>, marks?: Record<string, string>): WireRequest {
    const body = spec.body === undefined ? null : typeof spec.body === "string" ? spec.body : JSON.stringify(spec.body);
    const own = spec.headers !== undefined || extra !== undefined || marks !== undefined;
    const shared = this.#within(spec.url, this.#shared);
    const inputs = extra === undefined ? {} : this.#within(spec.url, mergeHeaders(extra));
    return {
      url: spec.url ?? this.url,
      method: spec.method ?? "POST",
      headers: own ? mergeHeaders(shared, marks ?? {}, spec.headers ?? {}, inputs) : shared,
      body,
      conversation: null,
    };
  }

  /** A URL is read only where the request has its own: most have not, and reading one costs as much as the rest. */
  #within(url: string | undefined, headers: Record<string, string>): Record<string, string> {
    return url === undefined ? headers : headersWithin(this.credentials, url, headers);
  }
}

/** The same request to another URL, unless its plugin wrote one for it. */
export function sentTo(prepared: Prepared, url: string): Prepared {
  return prepared.spec.url !== undefined ? prepared : { ...prepared, wire: { ...prepared.wire, url } };
}

function aimed({ params, aim }: Goal): Params {
  return aim === undefined ? params : { ...params, model: aim.model, url: aim.endpoint ?? params.url };
}

/** What an input says for itself counts as given: a template's own value does not go before it. */
function withOwn(params: Params, own: Input["params"]): Params {
  if (own === undefined) return params;
  return { ...params, ...own, given: [...params.given, ...Object.keys(own)] };
}

function mergeHeaders(...parts: Record<string, string>[]): Record<string, string> {
  const merged: Record<string, string> = {};
  for (const part of parts) for (const name in part) merged[name.toLowerCase()] = part[name]!;
  return merged;
}

function failedPreparation(error: unknown): Preparation {
  return { kind: "failed", message: describeError(error) };
}
