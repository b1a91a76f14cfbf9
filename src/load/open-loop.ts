import type { LoadDriver, LoadPlan } from "./closed-loop.ts";

/** An arrival that is due. `request` null: whichever comes next. */
export interface Due<R> {
  /** Milliseconds from the start of the load. */
  atMs: number;
  request: R | null;
}

/** When arrivals are due, in order. */
export interface Schedule<R> {
  /** "later": it is not known yet, `OpenLoop.wake` follows; "end": there are no more. */
  next(): Due<R> | "later" | "end";
}

/** What an open loop needs beyond a closed one. */
export interface OpenLoopDriver<R> extends LoadDriver<R> {
  /** It was due and will not go out. */
  unsent(scheduled: number): void;
}

export interface OpenLoopShape {
  /** Requests at once; null: no bound. */
  slots: number | null;
  /** Arrivals in all; null: as many as the schedule has. */
  quota: number | null;
  /** Arrivals due then or later are none of the load's, in milliseconds from the start; null: no such end. */
  untilMs: number | null;
}

interface Waiting<R> extends Due<R> {
  scheduled: number;
  /** When a slot was there; null: none yet. */
  released: number | null;
}

/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Requests go out when the schedule says, whatever the service does. Bounded by slots, what is due waits for one, first
 * come first served: that wait is the service's doing and is told apart from our own lateness. A schedule's times are
 * fixed from the start, so nothing that happens moves the next ones.
 */
export class OpenLoop<R> implements LoadPlan {
  readonly #waiting: Waiting<R>[] = [];
  /** Position of the first that is still waiting, and of the first without a slot. */
  #head = 0;
  #unreleased = 0;
  #next: Due<R> | null = null;
  #exhausted = false;
  #arrived = 0;
  #held = 0;
  #startMs = 0;
  #started = false;
  #stopped = false;
  #finished = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    readonly driver: OpenLoopDriver<R>,
    readonly schedule: Schedule<R>,
    readonly shape: OpenLoopShape,
    readonly onDone: () => void,
  ) {}

  get spent(): boolean {
    return this.#stopped || (this.#exhausted && this.#next === null && this.#head === this.#waiting.length);
  }

  start(at: number): void {
    if (this.#started) return;
    this.#started = true;
    this.#startMs = at;
    this.#advance();
  }

  wake(): void {
    if (this.#started) this.#advance();
  }

  /** Nothing more falls due; what waits for a slot or its input is unsent. */
  stop(): void {
    if (this.#stopped) return;
    // The timer of the last arrivals may be a little late.
    this.#arrive();
    this.#send();
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (; this.#head < this.#waiting.length; this.#head++) {
      const { scheduled, released } = this.#waiting[this.#head]!;
      if (released !== null) this.#held--;
      this.driver.unsent(scheduled);
    }
    this.#finishIfIdle();
  }

  #advance(): void {
    this.#arrive();
    this.#send();
    this.#finishIfIdle();
    if (this.#stopped || this.#timer !== null || this.#next === null) return;
    const delay = this.#startMs + this.#next.atMs - this.driver.now();
    const sleep = () => {
      this.#timer = null;
      this.#advance();
    };
    this.#timer = setTimeout(sleep, Math.min(LONGEST_TIMER_MS, Math.max(1, delay)));
  }

  /** Takes note of everything that is due by now. */
  #arrive(): void {
    if (this.#stopped || !this.#started) return;
    const now = this.driver.now();
    for (let due = this.#peek(); due !== null; due = this.#peek()) {
      const scheduled = this.#startMs + due.atMs;
      if (scheduled > now) return;
      this.#next = null;
      this.#arrived++;
      this.#waiting.push({ ...due, scheduled, released: null });
      this.#release(scheduled);
    }
  }

  #peek(): Due<R> | null {
    if (this.#next !== null || this.#exhausted) return this.#next;
    const next = this.#arrived === this.shape.quota ? "end" : this.schedule.next();
    if (next === "later") return null;
    if (next === "end" || (this.shape.untilMs !== null && next.atMs >= this.shape.untilMs)) this.#exhausted = true;
    else this.#next = next;
    return this.#next;
  }

  /** Gives free slots to those who wait for one. @param at when the slot was there */
  #release(at: number): void {
    while (this.#unreleased < this.#waiting.length && (this.shape.slots === null || this.#held < this.shape.slots)) {
      const next = this.#waiting[this.#unreleased++]!;
      next.released = Math.max(at, next.scheduled);
      this.#held++;
    }
  }

  #send(): void {
    while (this.#head < this.#unreleased && !this.#stopped) {
      const { request: own, scheduled, released } = this.#waiting[this.#head]!;
      const request = own ?? this.driver.take();
      if (request === null) return;
      this.#head++;
      this.driver.send(request, scheduled, released ?? scheduled, () => this.#ended());
    }
    this.#forget();
  }

  #ended(): void {
    this.#held--;
    if (!this.#stopped) {
      this.#arrive();
      this.#release(this.driver.now());
      this.#send();
    }
    this.#finishIfIdle();
  }

  /** What has gone out is dropped now and then, for the list grows for as long as the load lasts. */
  #forget(): void {
    if (this.#head < 1024 || this.#head * 2 < this.#waiting.length) return;
    this.#waiting.splice(0, this.#head);
    this.#unreleased -= this.#head;
    this.#head = 0;
  }

  #finishIfIdle(): void {
    if (!this.spent || this.#held > 0 || this.#finished) return;
    this.#finished = true;
    this.onDone();
  }
}
