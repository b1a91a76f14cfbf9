import { rateText } from "../load/shape.ts";
import type { Stage } from "../load/stages.ts";
import type { ErrorKind, RecordedRequest } from "../record/outcome.ts";
import type { SampleRow } from "../record/rows.ts";
import { ENGLISH_SAY, type Say } from "../report/language.ts";
import { endsArrival } from "../run/arrival-rows.ts";
import { ClientWatch } from "./client-watch.ts";
import { LatencySketch } from "./latency-sketch.ts";
import type { Progress } from "./progress.ts";
import { RecentOutcomes } from "./recent-outcomes.ts";

/** As in the report, these are no failures of the service. */
const APART: ReadonlySet<ErrorKind> = new Set(["unsent", "cancelled_on_purpose"]);

/** Counts a run as it goes, in flat memory, for the live view. Final numbers come from the database alone. */
export class Tally {
  readonly #ttft = new LatencySketch();
  readonly #errors = new Map<string, number>();
  readonly #recent = new RecentOutcomes();
  readonly #client = new ClientWatch();
  #stages: Stage[] = [];
  #stage: Stage | null = null;
  #done = 0;
  #ended = 0;
  #conversations = false;
  #failed = 0;
  #apart = 0;
  #inFlight = 0;
  #outputTokens = 0;
  #startedMs: number | null = null;
  #stageStartedMs = 0;
  #stopping = false;

  /** @param say language of what is told of a level */
  constructor(readonly say: Say = ENGLISH_SAY) {}

  planned(stages: Stage[]): void {
    this.#stages = stages;
  }

  stage(stage: Stage): void {
    this.#stage = stage;
    this.#stageStartedMs = performance.now();
    this.#startedMs ??= this.#stageStartedMs;
  }

  inFlight(count: number): void {
    this.#inFlight = count;
  }

  stopping(): void {
    this.#stopping = true;
  }

  sample(sample: SampleRow): void {
    this.#client.add(sample);
  }

  finished(requests: RecordedRequest[]): void {
    const at = this.#elapsedS();
    for (const { outcome } of requests) {
      if (endsArrival(outcome)) this.#done++;
      if (!outcome.ending.ok && APART.has(outcome.ending.kind)) {
        this.#apart++;
        continue;
      }
      this.#recent.add(outcome, at);
      this.#ended++;
      if (outcome.conversationId !== null) this.#conversations = true;
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
    const elapsedS = this.#elapsedS();
    return {
      total: summed(this.#stages.map((stage) => stage.number)),
      timeShare: this.#timeShare(),
      done: this.#done,
      ended: this.#ended,
      conversations: this.#conversations,
      failed: this.#failed,
      apart: this.#apart,
      inFlight: this.#inFlight,
      outputTokens: this.#outputTokens,
      // A copy: it is shown together with the counts of its moment, maybe later.
      errors: new Map(this.#errors),
      elapsedS,
      ttftP50: this.#ttft.quantile(0.5),
      ttftP99: this.#ttft.quantile(0.99),
      level,
      levels: 1 + Math.max(0, ...this.#stages.map((stage) => stage.level)),
      levelLabel: this.#stage === null ? "" : labelOf(this.#stage, this.say),
      stopping: this.#stopping,
      recent: this.#recent.read(elapsedS),
      client: this.#client.read(),
    };
  }

  #elapsedS(): number {
    return this.#startedMs === null ? 0 : (performance.now() - this.#startedMs) / 1000;
  }

  /** By the stages before and the time in this one; what a stage takes to drain does not count. */
  #timeShare(): number | null {
    const stage = this.#stage;
    const all = summed(this.#stages.map(({ durationS }) => durationS));
    if (all === null || stage === null || stage.durationS === null) return null;
    const before = this.#stages.filter(({ index }) => index < stage.index);
    const here = Math.min(stage.durationS, (performance.now() - this.#stageStartedMs) / 1000);
    return ((summed(before.map(({ durationS }) => durationS)) ?? 0) + here) / all;
  }
}

/** null: one of them is not known, or there are none. */
function summed(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length || known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

/** "64 at once", "10/s", "10:30s+50 req/s", "10/s, 64 at once at most, warm-up" */
function labelOf({ parallel, phase, shape }: Stage, say: Say): string {
  const rate = rateText(shape);
  const parts = rate === null ? [] : [rate];
  if (parallel !== null) {
    parts.push(
      rate === null ? say("{load} at once", { load: `${parallel}` }) : say("{n} at once at most", { n: `${parallel}` }),
    );
  }
  return [...parts, ...(phase === "warmup" ? [say("warm-up")] : [])].join(", ");
}
