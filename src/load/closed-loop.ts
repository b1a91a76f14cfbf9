/** What a load needs from whoever owns requests and sockets. `R` is a request that only waits for its moment. */
export interface LoadDriver<R> {
  now(): number;
  /** Whether a request would go out at once. */
  room(): boolean;
  /** The next request; null: none is there yet, `LoadPlan.wake` will be called. */
  take(): R | null;
  /** Sends it; `done` when its slot is free again. Times are `now`'s milliseconds. */
  send(request: R, scheduled: number, released: number, done: () => void): void;
}

/** Decides when requests go out. */
export interface LoadPlan {
  /** Everything has been sent that will ever be. */
  readonly spent: boolean;
  /** @param at where the load's times count from, on `LoadDriver.now`'s clock: now, or a little earlier */
  start(at: number): void;
  /** Requests have come in. */
  wake(): void;
  /** Sends nothing more. `onDone` follows once nothing is in flight. */
  stop(): void;
}

/** Slots opened in one go: more would hold back the stamps of early replies. */
const OPENED_AT_ONCE = 32;

/**
 * So many requests at once: a slot sends its next one as soon as the one before has ended. A request is scheduled when
 * its slot comes free, so a slot that waits for an input is late by our doing, and that shows as client lag.
 */
export class ClosedLoop<R> implements LoadPlan {
  #open = 0;
  #sent = 0;
  #inFlight = 0;
  #stopped = false;
  #finished = false;
  /** When each idle slot came free. */
  #idle: number[] = [];

  constructor(
    readonly driver: LoadDriver<R>,
    readonly slots: number,
    /** Requests in all; Infinity: until it is stopped. */
    readonly quota: number,
    readonly onDone: () => void,
    /** When a slot opens, in milliseconds from the start; ascending. */
    readonly opensAtMs: (slot: number) => number = () => 0,
  ) {}

  get spent(): boolean {
    return this.#stopped || this.#sent >= this.quota;
  }

  /** Opens the slots as fast as requests are taken, so that none begins late. */
  start(at: number): void {
    const now = this.driver.now();
    const wanted = Math.min(this.slots, this.quota);
    let untilNextMs = 1;
    for (let opened = 0; opened < OPENED_AT_ONCE && this.#open < wanted; opened++) {
      if (this.#stopped || !this.driver.room()) break;
      untilNextMs = at + this.opensAtMs(this.#open) - now;
      if (untilNextMs > 0) break;
      this.#open++;
      this.#next(this.driver.now());
    }
    if (this.#open < wanted && !this.spent) setTimeout(() => this.start(at), Math.max(1, untilNextMs));
    this.#finishIfIdle();
  }

  wake(): void {
    while (this.#idle.length > 0 && !this.#stopped) {
      const request = this.#sent < this.quota ? this.driver.take() : null;
      if (request === null) return;
      this.#send(request, this.#idle.shift()!);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#finishIfIdle();
  }

  #next(free: number): void {
    const over = this.spent;
    const request = over || this.#idle.length > 0 ? null : this.driver.take();
    if (over) this.#finishIfIdle();
    else if (request === null) this.#idle.push(free);
    else this.#send(request, free);
  }

  #send(request: R, scheduled: number): void {
    this.#sent++;
    this.#inFlight++;
    this.driver.send(request, scheduled, scheduled, () => {
      this.#inFlight--;
      this.#next(this.driver.now());
    });
  }

  #finishIfIdle(): void {
    if (this.#inFlight > 0 || !this.spent) return;
    // Once: a load without slots or quota is done at its start.
    if (this.#finished) return;
    this.#finished = true;
    this.onDone();
  }
}
