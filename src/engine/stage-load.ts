import { ClosedLoop, type LoadPlan } from "../load/closed-loop.ts";
import { OpenLoop, type OpenLoopDriver } from "../load/open-loop.ts";
import { dealt, timesOf } from "../load/schedules.ts";
import type { LoadShape } from "../load/shape.ts";
import { ownTimes } from "../load/trace-schedule.ts";
import { UserLoop, type Walk } from "../load/users.ts";
import { Arrivals, type Ready } from "./arrivals.ts";
import { Conversations } from "./conversations.ts";
import { Handover } from "./handover.ts";
import type { Preparer } from "./prepared.ts";
import type { Arrival, FromEngine, StageShare } from "./protocol.ts";

/** A stage waits this long for its first requests to be built before it starts with what there is. */
const PATIENCE_MS = 5000;
/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a stage's load needs of its engine. */
export interface StageLinks {
  now(): number;
  /** Requests that the transport takes in a millisecond with so many slots. */
  pace(slots: number): number | null;
  preparer: Preparer;
  /** Longest that an asynchronous buildRequest may take, in seconds. */
  patienceS: number;
  /** The seconds that a file of times lists. */
  listed(file: string): number[];
  /** Puts it on the wire; `done` when its slot is free again. Times are `now`'s milliseconds. */
  send(ready: Ready, scheduled: number, released: number, done: () => void): void;
  /** Unix seconds of a moment of `now`. */
  unix(stamp: number): number;
  post(message: FromEngine): void;
  /** Gives up what is in flight. */
  giveUp(message: string): void;
  /** Nothing is in flight, and nothing more is sent. */
  done(): void;
}

/** One stage's load in one engine: its inputs, its plan, and the moments at which it begins, stops and gives up. */
export class StageLoad {
  readonly #arrivals: Arrivals;
  readonly #plan: LoadPlan;
  readonly #conversations: Conversations;
  readonly #handover: Handover;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #wanted: number;
  #prepared = false;
  #running = false;
  #over = false;
  #draining = false;
  /** Due and never sent; Unix seconds. */
  #unsent: number[] = [];

  constructor(
    readonly share: StageShare,
    readonly links: StageLinks,
  ) {
    const { slots, quota, window, shape } = share;
    this.#arrivals = new Arrivals(
      links.preparer,
      links.now,
      // A message costs both processes tens of microseconds.
      () => Math.max(1, Math.min(64, window >> 2)),
      // What is used up after the end is no business of the stage that follows.
      (used, skipped) => !this.#over && links.post({ type: "credit", used, skipped }),
      () => this.#onReady(),
      links.patienceS,
    );
    this.#handover = new Handover(links.now, links.pace(slots ?? Number.POSITIVE_INFINITY));
    this.#conversations = this.#conversationsOf();
    // In open loop half of what it may hold: the rest may have been skipped, or be on its way.
    const bySlots = shape.kind === "closed" || shape.kind === "users";
    this.#wanted = Math.min(bySlots ? (slots ?? 0) : window >> 1, quota ?? Number.POSITIVE_INFINITY);
    this.#plan = this.#planOf(shape);
    this.#after(PATIENCE_MS, () => this.#bePrepared());
    this.#onReady();
  }

  push(arrivals: Arrival[]): void {
    if (!this.#over) this.#arrivals.push(arrivals);
  }

  /** @param at where its times count from, on `now`'s clock */
  go(at: number): void {
    this.#after(at - this.links.now(), () => this.#run(at));
  }

  /** Sends nothing more. */
  stop(): void {
    if (this.#over) return;
    this.#plan.stop();
    this.#conversations.stop();
    if (this.#unsent.length > 0) this.links.post({ type: "unsent", scheduled: this.#unsent });
    this.#unsent = [];
    this.#drainIfSpent();
  }

  /** Forgets all its timers. */
  close(): void {
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #planOf(shape: LoadShape): LoadPlan {
    const { slots, quota, untilMs, parallel, deal, seed } = this.share;
    const driver = this.#driver();
    const onDone = () => {
      this.close();
      this.links.done();
    };
    if (shape.kind === "users") {
      const users = parallel ?? 1;
      const periodMs = (users / shape.rate) * 1000;
      return new UserLoop<Ready>(driver, { users, periodMs, quota, deal }, onDone);
    }
    if (shape.kind !== "closed") {
      const schedule =
        shape.kind === "traced"
          ? ownTimes(driver.take, ({ atS }) => atS ?? 0)
          : dealt(timesOf(shape, seed, this.links.listed), deal);
      return new OpenLoop<Ready>(driver, schedule, { slots, quota, untilMs }, onDone);
    }
    // Slot i of all is an engine's if i mod N is its turn, as with arrivals.
    const stepMs = (shape.rampS * 1000) / Math.max(1, parallel ?? 1);
    const opensAtMs = (slot: number) => (deal.turn + slot * deal.engines) * stepMs;
    return new ClosedLoop<Ready>(driver, slots ?? 0, quota ?? Number.POSITIVE_INFINITY, onDone, opensAtMs);
  }

  #driver(): OpenLoopDriver<Ready> {
    const { now, unix } = this.links;
    return {
      now,
      take: () => this.#arrivals.take(),
      room: () => this.#handover.room(),
      send: (ready, scheduled, released, done, walk: Walk | null = null) =>
        this.#conversations.send(ready, { scheduled, released }, done, walk),
      unsent: (scheduled) => this.#unsent.push(unix(scheduled)),
    };
  }

  #conversationsOf(): Conversations {
    const { now, preparer, patienceS, send } = this.links;
    return new Conversations({
      now,
      patienceS,
      build: (conversation) => preparer.turn(conversation),
      send: (ready, scheduled, released, done) => {
        this.#handover.pass(() => send(ready, scheduled, released, done));
        this.#drainIfSpent();
      },
    });
  }

  #onReady(): void {
    if (this.#running) this.#plan.wake();
    else if (this.#arrivals.ready >= this.#wanted) this.#bePrepared();
  }

  #bePrepared(): void {
    if (this.#prepared) return;
    this.#prepared = true;
    this.links.post({ type: "prepared", index: this.share.index });
  }

  #run(at: number): void {
    this.#running = true;
    const { untilMs } = this.share;
    if (untilMs !== null) this.#after(at + untilMs - this.links.now(), () => this.stop());
    this.#plan.start(at);
    this.#drainIfSpent();
  }

  /** What is still in flight so long after the last one was sent is given up. */
  #drainIfSpent(): void {
    const { drainS } = this.share;
    // Asked after each request: null first, which it nearly always is.
    if (drainS === null || this.#draining || this.#over || !this.#plan.spent || this.#conversations.goOn) return;
    this.#draining = true;
    this.#after(drainS * 1000, () => this.links.giveUp(`not done ${drainS} s after the last was sent (--drain)`));
  }

  #after(ms: number, act: () => void): void {
    const now = Math.min(LONGEST_TIMER_MS, Math.max(0, ms));
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (ms > LONGEST_TIMER_MS) this.#after(ms - LONGEST_TIMER_MS, act);
      else act();
    }, now);
    this.#timers.add(timer);
  }
}
