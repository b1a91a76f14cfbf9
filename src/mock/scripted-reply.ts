import { ChunkStamps } from "./chunk-stamps.ts";
import type { Exchange } from "./http-exchange.ts";
import type { Paced, Pacer } from "./pacer.ts";
import type { MockStats } from "./stats.ts";
import type { Script } from "./wire-script.ts";

/**
 * A connection ends no sooner after the last write: of what was not read by then a reset makes the client's system
 * throw away all, and some clients throw away what comes together with the end.
 */
const BEFORE_END_MS = 20;

/** What becomes of the reply, for whoever counts. */
export interface Outcome {
  /** The fault has happened. Once at most, before `ended`. */
  struck(): void;
  /** Nothing more will come of it. Once. @param played the script was played to its end @param chunks token events sent */
  ended(played: boolean, chunks: number): void;
}

/** Plays a script: its bytes at its times, whatever they are. While the client does not read, it waits. */
export class ScriptedReply implements Paced {
  due: number;
  #next = 0;
  #chunks = 0;
  readonly #stamps: ChunkStamps;

  constructor(
    private readonly script: Script,
    private readonly exchange: Exchange,
    private readonly stats: MockStats,
    private readonly outcome: Outcome,
  ) {
    this.#stamps = new ChunkStamps(exchange, stats);
    this.due = exchange.readAt + (this.#nextDueMs() ?? 0);
  }

  start(pacer: Pacer): void {
    this.exchange.onDrain = () => pacer.add(this);
    this.exchange.onGone = () => this.outcome.ended(false, this.#chunks);
    pacer.add(this);
  }

  fire(): boolean {
    const { exchange, script } = this;
    if (exchange.gone) return false;
    const step = script.steps[this.#next];
    if (step === undefined) return this.#end();
    if (this.#next === 0 && script.status !== null) this.stats.status(script.status);
    const now = performance.now();
    if (step.chunks > 0) this.#stamps.stamp(now, step.chunks);
    this.#chunks += step.chunks;
    if (this.#next++ === script.strikesAt) this.outcome.struck();
    const dueMs = this.#nextDueMs();
    if (dueMs === null) {
      exchange.onDone = () => this.#played();
      exchange.finish(step.bytes);
      return false;
    }
    this.due = exchange.readAt + dueMs;
    if (this.#next === script.steps.length) this.due = Math.max(this.due, now + BEFORE_END_MS);
    return exchange.raw(step.bytes);
  }

  /** null: the step before was the last thing to do. */
  #nextDueMs(): number | null {
    const { steps, ending } = this.script;
    return steps[this.#next]?.dueMs ?? (ending.how === "done" ? null : ending.dueMs);
  }

  /** What comes after the last step of a reply that is not complete. */
  #end(): boolean {
    const { exchange } = this;
    const { how } = this.script.ending;
    if (how === "silence") {
      if (this.script.strikesAt === null) this.outcome.struck();
      return false;
    }
    exchange.onGone = null;
    this.#played();
    if (how === "reset") exchange.reset();
    else if (how === "close") exchange.hangUp();
    return false;
  }

  #played(): void {
    if (this.script.strikesAt === null) this.outcome.struck();
    this.outcome.ended(true, this.#chunks);
  }
}
