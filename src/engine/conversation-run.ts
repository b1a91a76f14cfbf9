import type { Answer } from "../contract/api.ts";
import type { TurnTime, Walk } from "../load/users.ts";
import type { Ready } from "./arrivals.ts";
import type { Conversation } from "./conversation.ts";
import type { Preparation } from "./prepared.ts";

export interface TurnLinks {
  now(): number;
  build(conversation: Conversation): Preparation | Promise<Preparation>;
  /** Longest that an asynchronous buildRequest may take, in seconds. */
  patienceS: number;
  /** `done` when its reply has ended, or at once where it could not be built. */
  send(ready: Ready, scheduled: number, released: number, done: () => void): void;
}

/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Takes a conversation through its turns: one is built as soon as the reply before it has been read, and sent when its
 * time has come. A turn that fails, or cannot be built, ends it.
 */
export class ConversationRun {
  #over = false;
  #stopped = false;
  /** When the first turn was due. */
  #begun = 0;
  /** When the reply to the turn before had ended. */
  #ended = 0;
  #waiting: ReturnType<typeof setTimeout> | null = null;
  #building = false;

  constructor(
    readonly conversation: Conversation,
    readonly links: TurnLinks,
    /** null: each turn follows the one before and its own pause. */
    readonly walk: Walk | null,
    /** Called once. */
    readonly done: () => void,
  ) {
    conversation.listener = this;
  }

  /** @param first its first turn, built ahead */
  start(first: Ready, { scheduled, released }: TurnTime): void {
    this.#begun = scheduled;
    const begun = Math.floor((this.walk?.age ?? 0) * this.conversation.turns);
    if (begun === 0) {
      this.#send(first, { scheduled, released });
      return;
    }
    this.conversation.beginAt(begun);
    void this.#next({ scheduled, released });
  }

  /** Sends no more turns; one that is on the wire may end. */
  stop(): void {
    this.#stopped = true;
    if (this.#waiting === null && !this.#building) return;
    if (this.#waiting !== null) clearTimeout(this.#waiting);
    this.#waiting = null;
    this.#finish();
  }

  /** Whether turns of it are still to be sent. */
  get goesOn(): boolean {
    return !this.#over && !this.#stopped && !this.conversation.isLast;
  }

  heard(answer: Answer | null): void {
    if (this.#over) return;
    if (answer === null || this.#stopped) {
      this.#finish();
      return;
    }
    this.conversation.heard(answer);
    void this.#next(this.walk?.next(this.#ended) ?? this.#dueNext());
  }

  /** After its pause, or at the time that the dataset has for it. */
  #dueNext(): TurnTime {
    const { thinkMs, nextDueMs } = this.conversation;
    const due = nextDueMs === null ? this.#ended + thinkMs : Math.max(this.#ended, this.#begun + nextDueMs);
    return { scheduled: due, released: due };
  }

  async #next(due: TurnTime): Promise<void> {
    const built = this.links.build(this.conversation);
    // Awaited only where it has to be: every tick of the event loop is the next turn's lateness.
    const ready = this.#ready(built instanceof Promise ? await this.#inTime(built) : built);
    if (this.#over) return;
    const wait = Math.max(due.scheduled, due.released) - this.links.now();
    if (wait <= 0) this.#send(ready, due);
    else this.#waiting = setTimeout(() => this.#send(ready, due), Math.min(LONGEST_TIMER_MS, Math.ceil(wait)));
  }

  #ready(preparation: Preparation): Ready {
    const { conversation } = this;
    const turn = { conversation, index: conversation.turn };
    if (preparation.kind === "ready") return preparation;
    const message =
      preparation.kind === "failed"
        ? preparation.message
        : `buildRequest gave null for turn ${turn.index + 1} of a conversation that had begun`;
    return { kind: "failed", id: conversation.row, message, turn };
  }

  async #inTime(built: Promise<Preparation>): Promise<Preparation> {
    this.#building = true;
    const { patienceS } = this.links;
    const late = Promise.withResolvers<Preparation>();
    const message = `buildRequest did not settle within ${patienceS} s`;
    const giveUp = () => late.resolve({ kind: "failed", message });
    const timer = setTimeout(giveUp, Math.min(patienceS * 1000, LONGEST_TIMER_MS));
    const first = await Promise.race([built, late.promise]);
    clearTimeout(timer);
    this.#building = false;
    return first;
  }

  #send(ready: Ready, { scheduled, released }: TurnTime): void {
    this.#waiting = null;
    this.links.send(ready, scheduled, released, () => {
      this.#ended = this.links.now();
      // Whether it has failed is not known before it is read, and matters only where turns are left.
      if (this.conversation.isLast || this.#stopped || ready.kind === "failed") this.#finish();
    });
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.done();
  }
}
