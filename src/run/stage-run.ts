import type { StageShare } from "../engine/protocol.ts";
import { type Stage, shareOf } from "../load/stages.ts";
import type { Engines } from "./engines.ts";
import { Feed, type InputSource } from "./feed.ts";

/** One stage on its way through all engines: shares dealt out, inputs fed, done when every engine says so. */
export class StageRun {
  readonly feed: Feed;
  readonly done: Promise<void>;
  readonly shares: { slots: number; quota: number }[];
  readonly #waiting = new Set<number>();
  #finish: () => void = () => {};
  #fail: (error: unknown) => void = () => {};

  constructor(
    readonly stage: Stage,
    readonly engines: Engines,
    source: InputSource,
    firstId: number,
    onGiven: ConstructorParameters<typeof Feed>[3],
  ) {
    const count = engines.all.length;
    this.shares = engines.all.map((_, engine) => shareOf(stage, engine, count));
    this.done = new Promise((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    // Whoever fails the stage may do so before anyone awaits it.
    this.done.catch(() => {});
    const give: ConstructorParameters<typeof Feed>[3] = (engine, arrivals) => {
      onGiven(engine, arrivals);
      engines.send(engine, { type: "arrivals", arrivals });
    };
    this.feed = new Feed(source, firstId, this.shares, give, (error) => this.fail(error));
  }

  start(): void {
    for (const [engine, share] of this.shares.entries()) {
      const { index, phase, level, repeat } = this.stage;
      const message: StageShare = { index, phase, level, repeat, ...share };
      this.#waiting.add(engine);
      this.engines.send(engine, { type: "stage", stage: message });
    }
    this.feed.pump();
  }

  engineDone(engine: number, index: number): void {
    if (index !== this.stage.index) return;
    this.#waiting.delete(engine);
    if (this.#waiting.size > 0) return;
    this.feed.close();
    this.#finish();
  }

  fail(error: unknown): void {
    this.feed.close();
    this.#fail(error);
  }
}
