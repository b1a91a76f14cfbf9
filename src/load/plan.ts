import type { Stage } from "./stages.ts";

/** Which stage comes next: a list that stands from the start, or a search that looks at what the stages before came to. */
export interface StagePlan {
  /** Stages that are certain beforehand, for whoever shows how far a run has come; absent: none. */
  readonly foreseen?: Stage[];
  /**
   * Asked when the stage before has drained and all of it is in the record.
   * @param done null: none has been yet
   * @returns null: the run is over
   */
  next(done: Stage | null): Promise<Stage | null>;
}

/** One stage after the other. */
export class FixedPlan implements StagePlan {
  #next = 0;

  constructor(readonly foreseen: Stage[]) {}

  async next(): Promise<Stage | null> {
    return this.foreseen[this.#next++] ?? null;
  }
}
