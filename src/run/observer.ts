import type { Stage } from "../load/stages.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import type { SampleRow } from "../record/rows.ts";

/** Hears what a run does while it goes on. Costs the run's main process whatever it does: keep it cheap. */
export interface RunObserver {
  /** Everything that will be sent. */
  planned(stages: Stage[]): void;
  stage(stage: Stage): void;
  finished(requests: RecordedRequest[]): void;
  inFlight(count: number): void;
  /** How an engine did in the last second. */
  sample?(sample: SampleRow): void;
  stopping(): void;
  /** A line for the person at the terminal. */
  notice(line: string): void;
  /** With --debug alone. */
  debug(line: string): void;
}

/** Of runs that nobody watches. */
export const SILENT: RunObserver = {
  planned() {},
  stage() {},
  finished() {},
  inFlight() {},
  stopping() {},
  notice() {},
  debug() {},
};
