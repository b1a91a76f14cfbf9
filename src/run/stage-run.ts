import type { Arrival, StageShare } from "../engine/protocol.ts";
import { type Stage, shareOf } from "../load/stages.ts";
import type { Engines } from "./engines.ts";
import { Feed, type InputSource } from "./feed.ts";

/** Hears what a stage does with its inputs. */
interface StageWatch {
  given(engine: number, arrivals: Arrival[]): void;
  /** The dataset has nothing more to give, and not because it has ended. */
  failed(error: unknown): void;
}

/** One stage on its way through all engines: shares dealt out, inputs fed, done when every engine says so. */
export class StageRun {
  readonly feed: Feed;
  readonly done: Promise<void>;
  readonly shares: { slots: number; quota: number }[];
  readonly #waiting = new Set<number>();
  #finish: () => void = () => {};

  constructor(
    readonly stage: Stage,
    readonly engines: Pick<Engines, "all" | "send">,
    source: InputSource,
    firstId: number,
    watch: StageWatch,
  ) {
    const count = engines.all.length;
    this.shares = engines.all.map((_, engine) => shareOf(stage, engine, count));
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const give = (engine: number, arrivals: Arrival[]) => {
      watch.given(engine, arrivals);
      engines.send(engine, { type: "arrivals", arrivals });
    };
    this.feed = new Feed(source, firstId, this.shares, give, (error) => watch.failed(error));
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
    if (this.#waiting.size === 0) this.end();
  }

  /** Waits for nobody any more. */
  end(): void {
    this.feed.close();
    this.#finish();
  }
}
