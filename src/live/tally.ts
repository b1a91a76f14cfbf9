import type { Stage } from "../load/stages.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import { LatencySketch } from "./latency-sketch.ts";
import type { Progress } from "./progress.ts";

/** Counts a run as it goes, in flat memory, for the live view. Final numbers come from the database alone. */
export class Tally {
  readonly #ttft = new LatencySketch();
  readonly #errors = new Map<string, number>();
  #stages: Stage[] = [];
  #stage: Stage | null = null;
  #done = 0;
  #failed = 0;
  #inFlight = 0;
  #outputTokens = 0;
  #startedMs: number | null = null;
  #stopping = false;

  planned(stages: Stage[]): void {
    this.#stages = stages;
  }

  stage(stage: Stage): void {
    this.#stage = stage;
    this.#startedMs ??= performance.now();
  }

  inFlight(count: number): void {
    this.#inFlight = count;
  }

  stopping(): void {
    this.#stopping = true;
  }

  finished(requests: RecordedRequest[]): void {
    for (const { outcome } of requests) {
      this.#done++;
      this.#outputTokens += outcome.completionTokens ?? 0;
      if (!outcome.ending.ok) {
        this.#failed++;
        this.#errors.set(outcome.ending.kind, (this.#errors.get(outcome.ending.kind) ?? 0) + 1);
      } else if (outcome.isStream && outcome.firstChunkLatency !== null) {
        this.#ttft.add(outcome.firstChunkLatency * 1000);
      }
    }
  }

  progress(): Progress {
    const level = this.#stage?.level ?? 0;
    return {
      total: this.#stages.reduce((sum, stage) => sum + stage.number, 0),
      done: this.#done,
      failed: this.#failed,
      inFlight: this.#inFlight,
      outputTokens: this.#outputTokens,
      // A copy: it is shown together with the counts of its moment, maybe later.
      errors: new Map(this.#errors),
      elapsedS: this.#startedMs === null ? 0 : (performance.now() - this.#startedMs) / 1000,
      ttftP50: this.#ttft.quantile(0.5),
      ttftP99: this.#ttft.quantile(0.99),
      level,
      levels: 1 + Math.max(0, ...this.#stages.map((stage) => stage.level)),
      levelLabel:
        this.#stage === null
          ? ""
          : `${this.#stage.parallel} at once${this.#stage.phase === "warmup" ? ", warm-up" : ""}`,
      stopping: this.#stopping,
    };
  }
}
