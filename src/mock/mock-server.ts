import type { TCPSocketListener } from "bun";
import { UserError } from "../config/user-error.ts";
import { APIS, type MockApi } from "./apis.ts";
import { FaultDice } from "./fault-dice.ts";
import type { Exchange } from "./http-exchange.ts";
import { type HttpHandler, listenHttp } from "./http-server.ts";
import { OpenAiError } from "./openai-error.ts";
import { MOCK_DEFAULTS, type MockOptions } from "./options.ts";
import { paceReply } from "./paced-reply.ts";
import { Pacer } from "./pacer.ts";
import { playFault } from "./play-fault.ts";
import { type Random, seededRandom } from "./random.ts";
import { planReply, type ReplyPlan, replyEndMs } from "./reply.ts";
import { Slots } from "./slots.ts";
import { MockStats, type StatsReport } from "./stats.ts";

/** A running mock server. */
export interface Mock {
  /** With "/v1", without a slash at the end. */
  url: string;
  port: number;
  stats(): StatsReport;
  reset(): void;
  /** Closes every connection, finished or not. */
  stop(): void;
}

const JSON_TYPE = "application/json";

class MockServer implements HttpHandler {
  readonly stats = new MockStats();
  readonly pacer = new Pacer();
  readonly #random: Random;
  readonly #dice: FaultDice;
  readonly #slots: Slots | null;
  readonly #started = unixSeconds();
  #serial = 0;

  constructor(private readonly options: MockOptions) {
    this.#random = seededRandom(options.seed);
    this.#dice = new FaultDice(options.faults, options.seed);
    this.#slots = options.slots === null ? null : new Slots(options.slots);
  }

  onOpen(): void {
    this.stats.accepted++;
    this.stats.open++;
  }

  onClose(): void {
    this.stats.open--;
  }

  onRequest(exchange: Exchange): void {
    try {
      this.#route(exchange);
    } catch (error) {
      if (!(error instanceof OpenAiError)) throw error;
      this.stats.status(error.status);
      exchange.send(error.status, JSON_TYPE, error.toBody());
    }
  }

  #route(exchange: Exchange): void {
    const { method, target } = exchange.request;
    const path = pathOf(target);
    const known = this.#control(`${method === "HEAD" ? "GET" : method} ${path}`, exchange);
    if (known !== null) {
      exchange.send(200, JSON_TYPE, known);
      return;
    }
    this.stats.requests++;
    const api = method === "POST" && Object.hasOwn(APIS, path) ? APIS[path] : undefined;
    if (api === undefined) {
      throw new OpenAiError(404, "invalid_request_error", "unknown_url", `there is no ${method} ${path} here`);
    }
    this.#checkKey(exchange);
    this.#complete(api, exchange);
  }

  /** The answer to what is no load and is not counted; null: something else was asked. */
  #control(route: string, exchange: Exchange): string | null {
    switch (route) {
      case "GET /health":
        return '{"status":"ok"}';
      case "GET /stats":
        return JSON.stringify(this.stats.report());
      case "GET /stats/requests":
        return JSON.stringify(this.stats.log.all);
      case "GET /reset":
      case "POST /reset":
        this.stats.reset();
        return "{}";
      case "GET /models":
        this.#checkKey(exchange);
        return this.#models();
      default:
        return null;
    }
  }

  #complete(api: MockApi, exchange: Exchange): void {
    const { body, headers } = exchange.request;
    const { call, shape } = api(body.toString(), headers);
    const options = call.plain ? { ...this.options, reasoning: 0 } : this.options;
    if (options.strictModel && call.model !== options.model) {
      const message = `the model ${JSON.stringify(call.model)} does not exist`;
      throw new OpenAiError(404, "invalid_request_error", "model_not_found", message, "model");
    }
    const plan = this.#whenFree(planReply(call, options, this.#random), exchange);
    const identity = { serial: ++this.#serial, created: unixSeconds(), model: call.model ?? options.model };
    const shapeOf = (said: ReplyPlan) => shape(said, options, identity);
    const stage = { exchange, pacer: this.pacer, stats: this.stats };
    const draw = this.#dice.draw();
    const { chunksAllowed, keepAlive } = exchange.request;
    const asked = { plan, shapeOf, stream: call.stream, chunksAllowed, keepAlive, largeBytes: options.faultLargeBytes };
    if (draw !== null && playFault(draw, asked, stage)) return;
    paceReply({ ...stage, plan, shape: shapeOf(plan) }, call.stream);
  }

  /** The reply, later by its wait for a slot. */
  #whenFree(plan: ReplyPlan, { readAt }: Exchange): ReplyPlan {
    const waitMs = this.#slots?.waitFor(readAt, replyEndMs(plan)) ?? 0;
    return { ...plan, ttftMs: plan.ttftMs + waitMs };
  }

  #checkKey(exchange: Exchange): void {
    const key = this.options.apiKey;
    const { headers } = exchange.request;
    if (key === null || headers.get("authorization") === `Bearer ${key}` || headers.get("x-api-key") === key) return;
    throw new OpenAiError(401, "invalid_request_error", "invalid_api_key", "the API key is missing or wrong");
  }

  #models(): string {
    const model = { id: this.options.model, object: "model", created: this.#started, owned_by: "plumb" };
    return JSON.stringify({ object: "list", data: [model] });
  }
}

/** Path without the query, without the version, without a proxy's scheme and host. */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/]*/i, "").replace(/[?#].*$/, "");
  return path.replace(/^\/v1(?=\/)/, "");
}

function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** @throws UserError where the address cannot be had */
export function startMock(given: Partial<MockOptions> = {}): Mock {
  const options = { ...MOCK_DEFAULTS, ...given };
  const server = new MockServer(options);
  const listener = listen(options, server);
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `${options.tls === null ? "http" : "https"}://${host}:${listener.port}/v1`,
    port: listener.port,
    stats: () => server.stats.report(),
    reset: () => server.stats.reset(),
    stop() {
      listener.stop(true);
      server.pacer.stop();
    },
  };
}

function listen({ host, port, tls }: MockOptions, handler: HttpHandler): TCPSocketListener<unknown> {
  try {
    return listenHttp(host, port, handler, tls);
  } catch (cause) {
    if (tls !== null && /SSL/.test(codeOf(cause))) {
      throw new UserError("the files of --tls-cert and --tls-key are no PEM certificate and its key", 2, { cause });
    }
    throw new UserError(`cannot listen on ${host}, port ${port}: give another --port (0 for a free one) or --host`, 1, {
      cause,
    });
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
