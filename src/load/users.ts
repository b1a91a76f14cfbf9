import type { LoadDriver, LoadPlan } from "./closed-loop.ts";

/** When a turn is due, in milliseconds of the driver's clock. */
export interface TurnTime {
  scheduled: number;
  /** When nothing of the service's doing held it back any more. */
  released: number;
}

/** How a user goes through a conversation. */
export interface Walk {
  /** Share of the conversation's turns that are over before it begins, 0 to below 1. */
  age: number;
  /** The next turn's time. @param ended when the turn before had its reply */
  next(ended: number): TurnTime;
}

/** Whose requests are whole conversations. */
export interface UserDriver<R> extends Omit<LoadDriver<R>, "send"> {
  /** Sends all turns of it; `done` when the last one has ended. */
  send(request: R, scheduled: number, released: number, done: () => void, walk: Walk): void;
}

export interface UsersShape {
  /** Of all engines. */
  users: number;
  /** A user's time from turn to turn, in milliseconds. */
  periodMs: number;
  /** Conversations in all; null: no end but `stop`. */
  quota: number | null;
  /** This engine's users: i of all with i mod `engines` = `turn`. */
  deal: { turn: number; engines: number };
}

interface User {
  /** Place among all. */
  place: number;
  /** When the next turn, of whatever conversation, is due. */
  tick: number;
  /** When its last conversation had ended. */
  free: number;
  begun: boolean;
}

/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Users who each say something at fixed times, a period apart, and wait for their turn's reply before they say the next
 * thing. Times do not move when a reply is late: what was due meanwhile goes out as soon as it may, and its wait is told
 * as such. When a conversation has ended its user begins another at the next of these times.
 *
 * User i's times begin i / users of a period after the start, and its first conversation is as far along as that: the
 * mix of short and long histories is from the start what it stays.
 */
export class UserLoop<R> implements LoadPlan {
  /** Whose time has come, and who wait for a request. */
  #idle: User[] = [];
  #sent = 0;
  #inFlight = 0;
  #stopped = false;
  #finished = false;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(
    readonly driver: UserDriver<R>,
    readonly shape: UsersShape,
    readonly onDone: () => void,
  ) {}

  get spent(): boolean {
    return this.#stopped || (this.shape.quota !== null && this.#sent >= this.shape.quota);
  }

  start(at: number): void {
    const { users, periodMs, deal } = this.shape;
    for (let place = deal.turn; place < users; place += deal.engines) {
      const tick = at + (periodMs * place) / users;
      this.#wait({ place, tick, free: at, begun: false });
    }
    this.#finishIfIdle();
  }

  wake(): void {
    while (this.#idle.length > 0 && !this.spent) {
      const request = this.driver.take();
      if (request === null) return;
      this.#send(this.#idle.shift()!, request);
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#idle = [];
    this.#finishIfIdle();
  }

  #wait(user: User): void {
    const wait = user.tick - this.driver.now();
    if (wait <= 0) {
      this.#begin(user);
      return;
    }
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#begin(user);
      },
      Math.min(LONGEST_TIMER_MS, Math.ceil(wait)),
    );
    this.#timers.add(timer);
  }

  #begin(user: User): void {
    if (this.spent) {
      this.#finishIfIdle();
      return;
    }
    const request = this.#idle.length > 0 ? null : this.driver.take();
    if (request === null) this.#idle.push(user);
    else this.#send(user, request);
  }

  #send(user: User, request: R): void {
    this.#sent++;
    this.#inFlight++;
    const age = user.begun ? 0 : user.place / this.shape.users;
    user.begun = true;
    const { scheduled, released } = this.#take(user, user.free);
    const walk = { age, next: (ended: number) => this.#take(user, ended) };
    this.driver.send(request, scheduled, released, () => this.#ended(user), walk);
  }

  /** Uses up the user's next time. */
  #take(user: User, ended: number): TurnTime {
    const scheduled = user.tick;
    user.tick += this.shape.periodMs;
    return { scheduled, released: Math.max(scheduled, ended) };
  }

  #ended(user: User): void {
    this.#inFlight--;
    user.free = this.driver.now();
    if (this.spent) this.#finishIfIdle();
    else this.#wait(user);
  }

  #finishIfIdle(): void {
    if (!this.spent || this.#inFlight > 0 || this.#finished) return;
    this.#finished = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.onDone();
  }
}
