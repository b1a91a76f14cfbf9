import type { Timeouts } from "../config/run-config.ts";
import type { Input } from "../contract/input.ts";
import type { Reachability } from "../transport/reachable.ts";
import type { WireRequest } from "../transport/transport.ts";
import type { Dispatch } from "./dispatch.ts";
import { Exchange } from "./exchange.ts";
import { InFlight } from "./in-flight.ts";
import { judge, serverWords } from "./judge.ts";
import type { Preparation, Prepared, Preparer } from "./prepared.ts";
import type { ProbeResult, ToEngine } from "./protocol.ts";
import type { Reading } from "./reading.ts";
import type { Redaction } from "./redaction.ts";

type Ask = Extract<ToEngine, { type: "probe" }>["ask"];

const SWEEP_MS = 100;
/** Longest body that a probe hands back, in characters. */
const BODY_CHARACTERS = 100_000;

/** Single small requests over the load's own transport, so that what they find is what the load would meet. */
export class Prober {
  /** On the wire. */
  readonly #exchanges = new Set<Exchange>();

  constructor(
    readonly preparer: Preparer,
    readonly dispatch: Dispatch,
    readonly timeouts: Timeouts,
    readonly reachability: Reachability,
    readonly redaction: Redaction,
  ) {}

  async probe(ask: Ask): Promise<ProbeResult> {
    return this.redaction.probed(await this.#ask(ask));
  }

  /** Gives up what is on the wire. */
  close(): void {
    const stamp = this.dispatch.now();
    for (const exchange of this.#exchanges) {
      exchange.stop({ ok: false, kind: "cancelled", message: "the run was interrupted", stamp });
    }
  }

  async #ask(ask: Ask): Promise<ProbeResult> {
    const prepared = ask.kind === "get" ? this.#get(ask.url) : await this.#generate();
    if (typeof prepared === "string") {
      return { ok: false, status: null, kind: "plugin", message: prepared, body: "" };
    }
    const read = await this.#send(prepared, ask.kind === "get" ? this.dispatch.plain() : this.dispatch);
    const { exchange } = read;
    const body = read.reply.messages.join("\n").slice(0, BODY_CHARACTERS);
    if (ask.kind === "get") return getResult(exchange, body);
    const ending = judge(read, this.preparer.api.produces ?? "text");
    if (ending.ok) return { ok: true, status: exchange.status ?? 200, body };
    return { ok: false, status: exchange.status, kind: ending.kind, message: ending.message, body };
  }

  #get(url: string): Prepared {
    const wire: WireRequest = { ...this.preparer.wire({ body: undefined }), url, method: "GET", body: null };
    return { id: -1, spec: { body: undefined }, wire };
  }

  /** The API's own request for one token; a message, where the plugin cannot build it. */
  async #generate(): Promise<Prepared | string> {
    const { params } = this.preparer;
    const { minTokens: _min, ignoreEos: _ignore, nChoices: _choices, ...rest } = params;
    const made = await this.#inTime(this.preparer.prepare(-1, this.#smallest(), { ...rest, maxTokens: 1 }));
    if (made.kind === "ready") return made.prepared;
    return made.kind === "failed" ? made.message : "the API plugin skips the connection test's request";
  }

  /** A plugin's promise may never settle. */
  async #inTime(preparation: Preparation | Promise<Preparation>): Promise<Preparation> {
    const limitS = Math.min(this.timeouts.readS, this.timeouts.totalS);
    const late = Promise.withResolvers<Preparation>();
    const message = `buildRequest did not settle within ${limitS} s`;
    const timer = setTimeout(() => late.resolve({ kind: "failed", message }), Math.min(limitS * 1000, 2 ** 31 - 1));
    const made = await Promise.race([preparation, late.promise]);
    clearTimeout(timer);
    return made;
  }

  #smallest(): Input {
    const { api, params } = this.preparer;
    if (api.produces === "ranking") return { kind: "rerank", query: "Hi", documents: ["Hi"] };
    if (api.produces === "embedding") return { kind: "texts", texts: ["Hi"] };
    if (!params.applyChatTemplate) return { kind: "prompt", prompt: "Hi" };
    return { kind: "messages", messages: [{ role: "user", content: "Hi" }] };
  }

  /** One exchange, watched as the load's are. */
  #send(prepared: Prepared, dispatch: Dispatch): Promise<Reading> {
    return new Promise((resolve) => {
      const { now } = dispatch;
      const sent = now();
      const exchange = new Exchange(prepared, sent, sent, sent, () => {
        clearInterval(sweeps);
        this.#exchanges.delete(exchange);
        read.advance(now, Number.POSITIVE_INFINITY);
        resolve(read);
      });
      const read = dispatch.reading(exchange);
      const watch = new InFlight(now, this.timeouts, {
        reachable: (url) => this.reachability.check(url),
        hasEnded: () => read.advance(now, Number.POSITIVE_INFINITY) && read.reply.endStamp !== null,
      });
      watch.add(exchange);
      this.#exchanges.add(exchange);
      const sweeps = setInterval(() => watch.sweep(), SWEEP_MS);
      dispatch.send(exchange);
    });
  }
}

function getResult({ ended, status }: Exchange, body: string): ProbeResult {
  if (ended !== null && !ended.ok) return { ok: false, status, kind: ended.kind, message: ended.message, body };
  if (status !== null && status < 300) return { ok: true, status, body };
  const message = body === "" ? `HTTP ${status}` : `HTTP ${status}; ${serverWords(body)}`;
  return { ok: false, status, kind: "http", message, body };
}
