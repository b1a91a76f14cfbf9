import { ChunkStamps } from "./chunk-stamps.ts";
import type { Exchange } from "./http-exchange.ts";
import type { Paced, Pacer } from "./pacer.ts";
import { type Chunk, chunkAfter, type ReplyPlan, replyEndMs } from "./reply.ts";
import { completionTokens, type ReplyShape } from "./reply-shape.ts";
import type { MockStats } from "./stats.ts";

/** UTF-16 units after which a write goes out although more is due: bounds what a huge reply holds in memory. */
const WRITE_LIMIT = 64 * 1024;

/** What a reply is made of. */
export interface ReplyParts {
  exchange: Exchange;
  plan: ReplyPlan;
  shape: ReplyShape;
  pacer: Pacer;
  stats: MockStats;
}

/** Answers the exchange at the plan's times, and counts what came of it. */
export function paceReply(parts: ReplyParts, stream: boolean): void {
  const { exchange, plan, shape, stats } = parts;
  stats.begin();
  exchange.onDone = () => {
    const latencyMs = performance.now() - exchange.readAt;
    stats.whole++;
    stats.finish(latencyMs, shape.promptTokens, completionTokens(shape, plan));
    logRequest(parts, latencyMs);
  };
  exchange.onGone = () => stats.abort();
  if (stream) new StreamedReply(parts).start();
  else parts.pacer.add(new WholeReply(parts));
}

/** For clients that want to compare request by request: those say who they are. */
function logRequest({ exchange, plan, stats }: ReplyParts, latencyMs: number): void {
  const id = exchange.request.headers.get("x-request-id");
  if (id === undefined) return;
  const since = (at: number | null) => (at === null ? null : at - exchange.readAt);
  stats.log.add({
    id,
    first_token_ms: since(exchange.firstTokenAt),
    last_token_ms: since(exchange.lastTokenAt),
    latency_ms: latencyMs,
    tokens: plan.tokens,
  });
}

/** Goes out in one piece, when the last token is due. */
class WholeReply implements Paced {
  due: number;

  constructor(private readonly parts: ReplyParts) {
    this.due = parts.exchange.readAt + replyEndMs(parts.plan);
  }

  fire(): boolean {
    const { exchange, shape, stats } = this.parts;
    if (exchange.gone) return false;
    stats.status(200);
    exchange.send(200, "application/json", shape.body());
    return false;
  }
}

/** Goes out chunk by chunk. While the client does not read, nothing more is made; afterwards it catches up. */
class StreamedReply implements Paced {
  due: number;
  #next: Chunk;
  readonly #stamps: ChunkStamps;

  constructor(private readonly parts: ReplyParts) {
    this.#next = chunkAfter(parts.plan, 0);
    this.#stamps = new ChunkStamps(parts.exchange, parts.stats);
    this.due = parts.exchange.readAt + this.#next.dueMs;
  }

  start(): void {
    const { exchange, shape, pacer, stats } = this.parts;
    stats.status(200);
    exchange.onDrain = () => pacer.add(this);
    if (exchange.start(shape.contentType, shape.opening())) pacer.add(this);
  }

  fire(): boolean {
    const { exchange, shape } = this.parts;
    if (exchange.gone) return false;
    const now = performance.now();
    const { events, last } = this.#collect(now);
    if (this.#next.tokens > 0) this.#stamps.stamp(now, events.length);
    if (last) {
      exchange.end([...events, ...shape.closing()]);
      return false;
    }
    return exchange.write(events);
  }

  /** The events of every chunk that is due, one at least; moves on to the first that is not. */
  #collect(now: number): { events: string[]; last: boolean } {
    const { exchange, plan, shape } = this.parts;
    const events: string[] = [];
    let length = 0;
    do {
      const chunk = this.#next;
      for (let choice = 0; choice < shape.choices; choice++) {
        const event = shape.event(choice, chunk);
        length += event.length;
        events.push(event);
      }
      if (chunk.last) return { events, last: true };
      this.#next = chunkAfter(plan, chunk.from + chunk.tokens);
      this.due = exchange.readAt + this.#next.dueMs;
    } while (this.due <= now && length < WRITE_LIMIT);
    return { events, last: false };
  }
}
