import type { Timeouts } from "../config/run-config.ts";
import type { RequestSpec } from "../contract/api.ts";
import type { Input } from "../contract/input.ts";
import type { Reachability } from "../transport/reachable.ts";
import { speaksOther } from "../transport/spoken.ts";
import type { Dispatch } from "./dispatch.ts";
import { Exchange } from "./exchange.ts";
import { InFlight } from "./in-flight.ts";
import { judge, serverWords } from "./judge.ts";
import { type Preparation, type Prepared, type Preparer, sentTo } from "./prepared.ts";
import type { ProbeAsk, ProbeResult } from "./protocol.ts";
import type { Reading } from "./reading.ts";
import type { Redaction } from "./redaction.ts";

const SWEEP_MS = 100;
/** How long it may take to find out what else an address speaks. */
const SPOKEN_MS = 1000;
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

  async probe(ask: ProbeAsk): Promise<ProbeResult> {
    const result = this.redaction.probed(await this.#ask(ask));
    if (result.ok || !mayBeOfOtherScheme(result)) return result;
    const url = ask.url ?? this.preparer.url;
    const limitMs = Math.min(SPOKEN_MS, this.timeouts.connectS * 1000);
    const other = await speaksOther(url, this.dispatch.options.connection, limitMs);
    return other ? { ...result, speaks: url.startsWith("https:") ? "http" : "https" } : result;
  }

  /** Gives up what is on the wire. */
  close(): void {
    const stamp = this.dispatch.now();
    for (const exchange of this.#exchanges) {
      exchange.stop({ ok: false, kind: "cancelled", message: "the run was interrupted", stamp });
    }
  }

  async #ask(ask: ProbeAsk): Promise<ProbeResult> {
    const own = ask.kind === "generate";
    const prepared = own ? await this.#generate(ask) : this.#plain(ask);
    if (typeof prepared === "string") {
      return { ok: false, status: null, kind: "plugin", message: prepared, body: "" };
    }
    const read = await this.#send(prepared, own ? this.dispatch : this.dispatch.plain());
    const { exchange } = read;
    const body = read.reply.messages.join("\n").slice(0, BODY_CHARACTERS);
    if (!own) return plainResult(exchange, body);
    const ending = judge(read, this.preparer.api.produces ?? "text");
    if (ending.ok) {
      const { prompt } = read.reply.usage;
      return { ok: true, status: exchange.status ?? 200, body, ...(prompt !== null && { promptTokens: prompt }) };
    }
    return { ok: false, status: exchange.status, kind: ending.kind, message: ending.message, body };
  }

  #plain(ask: Exclude<ProbeAsk, { kind: "generate" }>): Prepared {
    const spec: RequestSpec = { body: undefined, url: ask.url, method: ask.kind === "get" ? "GET" : ask.method };
    return { id: -1, spec, wire: this.preparer.wire(spec) };
  }

  /** The API's own request for one token; a message, where the plugin cannot build it. */
  async #generate({
    input = this.#smallest(),
    url,
  }: Extract<ProbeAsk, { kind: "generate" }>): Promise<Prepared | string> {
    const { params } = this.preparer;
    const { minTokens: _min, ignoreEos: _ignore, nChoices: _choices, ...rest } = params;
    const own = { ...rest, maxTokens: 1, url: url ?? params.url };
    const made = await this.#inTime(this.preparer.probe(input, own));
    if (made.kind === "ready") return url === undefined ? made.prepared : sentTo(made.prepared, url);
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
      const onEnd = () => {
        clearInterval(sweeps);
        watch.delete(exchange);
        this.#exchanges.delete(exchange);
        read.advance(now, Number.POSITIVE_INFINITY);
        resolve(read);
      };
      const { maxResponseBytes } = dispatch.options.connection;
      const exchange = new Exchange(prepared, sent, sent, sent, onEnd, maxResponseBytes);
      const read = dispatch.reading(exchange);
      const watch = new InFlight(now, this.timeouts, {
        reach: this.reachability,
        hasEnded: () => read.advance(now, Number.POSITIVE_INFINITY) && read.reply.endStamp !== null,
      });
      watch.add(exchange);
      this.#exchanges.add(exchange);
      const sweeps = setInterval(() => watch.sweep(), SWEEP_MS);
      dispatch.send(exchange);
    });
  }
}

/** A connection that comes to nothing, and 400, which servers of TLS answer to plain HTTP. */
function mayBeOfOtherScheme({ status, kind }: Extract<ProbeResult, { ok: false }>): boolean {
  return status === 400 || (status === null && ["reset", "protocol", "tls", "timeout_connect"].includes(kind));
}

function plainResult({ ended, status }: Exchange, body: string): ProbeResult {
  if (ended !== null && !ended.ok) return { ok: false, status, kind: ended.kind, message: ended.message, body };
  if (status !== null && status < 300) return { ok: true, status, body };
  const message = body === "" ? `HTTP ${status}` : `HTTP ${status}; ${serverWords(body)}`;
  return { ok: false, status, kind: "http", message, body };
}
