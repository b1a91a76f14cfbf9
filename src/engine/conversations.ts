import type { TurnTime, Walk } from "../load/users.ts";
import type { Ready } from "./arrivals.ts";
import { ConversationRun, type TurnLinks } from "./conversation-run.ts";

/** The conversations of a stage that are under way. */
export class Conversations {
  readonly #runs = new Set<ConversationRun>();

  constructor(readonly links: TurnLinks) {}

  /** Sends a request; where it is the first turn of a conversation, all of that. `done` when its slot is free again. */
  send(ready: Ready, due: TurnTime, done: () => void, walk: Walk | null): void {
    const turn = ready.kind === "ready" ? ready.prepared.turn : undefined;
    if (turn === undefined) {
      this.links.send(ready, due.scheduled, due.released, done);
      return;
    }
    const run = new ConversationRun(turn.conversation, this.links, walk, () => {
      this.#runs.delete(run);
      done();
    });
    this.#runs.add(run);
    run.start(ready, due);
  }

  /** Whether any of them has turns left to send. Costs a look at each. */
  get goOn(): boolean {
    for (const run of this.#runs) if (run.goesOn) return true;
    return false;
  }

  stop(): void {
    for (const run of [...this.#runs]) run.stop();
  }
}
