import type { Stage } from "../load/stages.ts";
import type { RecordedRequest } from "../record/outcome.ts";
import { Histogram } from "./histogram.ts";

/** One number, or one distribution, under a name and a set of labels. */
export type Metric =
  | { kind: "counter" | "gauge"; name: string; unit: string; help: string; points: Point[] }
  | { kind: "histogram"; name: string; unit: string; help: string; histogram: Histogram };

interface Point {
  labels: Record<string, string>;
  value: number;
}

/**
 * What a run has done so far, for those who watch it from elsewhere; warm-up is told apart. In flat memory, a few
 * additions a request. Final figures come from the record alone.
 */
export class LiveMetrics {
  readonly #requests = new Map<string, Point>();
  readonly #ttft = new Histogram(WAITS_S);
  readonly #tpot = new Histogram(TOKENS_S);
  readonly #latency = new Histogram(WAITS_S);
  #promptTokens = 0;
  #outputTokens = 0;
  #inFlight = 0;
  #level = 0;

  constructor(readonly info: Record<string, string>) {}

  stage({ level }: Stage): void {
    this.#level = level;
  }

  inFlight(count: number): void {
    this.#inFlight = count;
  }

  finished(requests: RecordedRequest[]): void {
    for (const { outcome } of requests) {
      const { ending, phase } = outcome;
      this.#count({ phase, result: ending.ok ? "success" : "failure", error: ending.ok ? "" : ending.kind });
      if (!ending.ok || phase !== "measure") continue;
      this.#promptTokens += outcome.promptTokens ?? 0;
      this.#outputTokens += outcome.completionTokens ?? 0;
      if (outcome.latency !== null) this.#latency.add(outcome.latency);
      if (outcome.isStream && outcome.firstChunkLatency !== null) this.#ttft.add(outcome.firstChunkLatency);
      if (outcome.timePerOutputToken !== null) this.#tpot.add(outcome.timePerOutputToken);
    }
  }

  #count(labels: Record<string, string>): void {
    const key = Object.values(labels).join("\n");
    const point = this.#requests.get(key);
    if (point === undefined) this.#requests.set(key, { labels, value: 1 });
    else point.value++;
  }

  /** All of it at this moment. Names are Prometheus'. */
  read(): Metric[] {
    const one = (value: number, labels: Record<string, string> = {}): Point[] => [{ labels, value }];
    return [
      { kind: "gauge", name: "plumb_info", unit: "", help: "The run", points: one(1, this.info) },
      { kind: "gauge", name: "plumb_level", unit: "", help: "Step of the ladder, from 0", points: one(this.#level) },
      {
        ...{ kind: "gauge", name: "plumb_requests_in_flight", unit: "{request}" },
        ...{ help: "Requests sent that have not ended", points: one(this.#inFlight) },
      },
      {
        ...{ kind: "counter", name: "plumb_requests_total", unit: "{request}" },
        ...{ help: "Requests that have ended, unsent ones too", points: [...this.#requests.values()] },
      },
      {
        ...{ kind: "counter", name: "plumb_prompt_tokens_total", unit: "{token}" },
        ...{ help: "Prompt tokens of successes, warm-up left out", points: one(this.#promptTokens) },
      },
      {
        ...{ kind: "counter", name: "plumb_output_tokens_total", unit: "{token}" },
        ...{ help: "Completion tokens of successes, warm-up left out", points: one(this.#outputTokens) },
      },
      ...this.#histograms(),
    ];
  }

  #histograms(): Metric[] {
    const of = (name: string, help: string, histogram: Histogram): Metric => ({
      ...{ kind: "histogram", name: `plumb_${name}_seconds`, unit: "s", help, histogram },
    });
    return [
      of("time_to_first_token", "First output - sent, of streamed successes", this.#ttft),
      of("time_per_output_token", "TPOT of each success with at least 2 tokens", this.#tpot),
      of("request_duration", "Completed - sent, of successes", this.#latency),
    ];
  }
}

/** Upper bounds in seconds: a factor of about 1.5 apart from what no service is below to an hour. */
const WAITS_S = bounds([1, 1.5, 2, 3, 5, 7.5], -3, 3);
const TOKENS_S = bounds([1, 1.5, 2, 3, 5, 7.5], -4, 0);

function bounds(mantissas: number[], from: number, to: number): number[] {
  const decades = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return decades.flatMap((exponent) => mantissas.map((mantissa) => Number(`${mantissa}e${exponent}`)));
}
