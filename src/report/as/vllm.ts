import type { Distribution, LevelSummary } from "../../metrics/summary-model.ts";
import type { RecordedLevel } from "../../record/level-record.ts";
import type { RunReader } from "../../record/reader.ts";
import { type ForeignFigure, type ForeignLevel, mean, ratio, sum, times1000 } from "./foreign-figure.ts";
import { vllmRequest } from "./vllm-request.ts";

const VLLM = "vllm bench serve";

/** What of each request goes into the figures. Seconds. */
interface Series {
  ttft: number[];
  tpot: number[];
  itl: number[];
  latency: number[];
}

/**
 * The headline of one level by the definitions of `vllm bench serve` and of vllm-bench, its client in Rust. Memory: a
 * few numbers a request, and one for each gap.
 */
export function asVllm(reader: RunReader, level: RecordedLevel, ours: LevelSummary): ForeignLevel {
  const series: Series = { ttft: [], tpot: [], itl: [], latency: [] };
  let [promptTokens, outputTokens, notStreamed] = [0, 0, 0];
  for (const reply of reader.wholeReplies(level)) {
    const request = vllmRequest(reply);
    if (request === null && reply.success && !reply.isStream) notStreamed++;
    if (request === null) continue;
    series.ttft.push(request.ttft);
    series.latency.push(request.latency);
    for (const gap of request.gaps) series.itl.push(gap);
    if (request.outputTokens > 1) series.tpot.push((request.latency - request.ttft) / (request.outputTokens - 1));
    promptTokens += request.promptTokens;
    outputTokens += request.outputTokens;
  }
  const completed = series.latency.length;
  return {
    tool: VLLM,
    level: ours,
    figures: [...throughput({ completed, promptTokens, outputTokens }, ours), ...waits(series, ours)],
    notes: [
      "median: of an even number the middle of two; p99: interpolated between the two nearest; std: divided by n, not n - 1",
      "request, token and prompt counts are those of this run: vllm bench counts prompts by its own tokenizer",
      ...(notStreamed === 0
        ? []
        : [`${notStreamed} replies that were no streams are left out: it asks for streams alone`]),
    ],
  };
}

interface Counts {
  completed: number;
  promptTokens: number;
  outputTokens: number;
}

function throughput({ completed, promptTokens, outputTokens }: Counts, ours: LevelSummary): ForeignFigure[] {
  const { duration_s, requests, throughput } = ours;
  return [
    {
      name: "completed",
      value: completed,
      ours: requests.success,
      formula: "status 2xx and whole framing: a stream may end without its finish, or with an error in it",
    },
    { name: "duration (s)", value: duration_s, ours: duration_s, formula: "from the first request to the last end" },
    {
      name: "request_throughput (req/s)",
      value: ratio(completed, duration_s),
      ours: throughput.requests_per_s,
      formula: "completed / duration",
    },
    {
      name: "output_throughput (tok/s)",
      value: ratio(outputTokens, duration_s),
      ours: throughput.output_tokens_per_s,
      formula: "output tokens / duration",
    },
    {
      name: "total_token_throughput (tok/s)",
      value: ratio(promptTokens + outputTokens, duration_s),
      ours: throughput.total_tokens_per_s,
      formula: "prompt and output tokens / duration",
    },
  ];
}

const FORMULAS: Record<string, string> = {
  ttft: "first event with a choice, empty or not - sent",
  tpot: "(last event, in chat usage included - first event with a choice) / (tokens - 1)",
  itl: "(event with a choice - the event before it), the first left out; undivided by tokens",
  e2el: "last event - sent",
};

function waits(series: Series, ours: LevelSummary): ForeignFigure[] {
  return [
    ...figuresOf("ttft", series.ttft, ours.ttft_ms),
    ...figuresOf("tpot", series.tpot, ours.tpot_ms),
    ...figuresOf("itl", series.itl, ours.chunk_gap_ms),
    ...figuresOf("e2el", series.latency, ours.latency_from_sent_ms ?? ours.latency_ms),
  ];
}

function figuresOf(name: string, seconds: number[], ours: Distribution | null): ForeignFigure[] {
  const sorted = Float64Array.from(seconds).sort();
  const formula = FORMULAS[name]!;
  return [
    {
      name: `mean_${name}_ms`,
      value: times1000(mean(seconds)),
      ours: ours?.mean ?? null,
      formula: `mean of ${formula}`,
    },
    {
      name: `median_${name}_ms`,
      value: times1000(interpolated(sorted, 50)),
      ours: ours?.p50 ?? null,
      formula: `median of ${formula}; of an even number the middle of two`,
      followsOn: true,
    },
    {
      name: `p99_${name}_ms`,
      value: times1000(interpolated(sorted, 99)),
      ours: ours?.p99 ?? null,
      formula: `p99 of ${formula}; between the two nearest ranks`,
      followsOn: true,
    },
    {
      name: `std_${name}_ms`,
      value: times1000(deviation(seconds)),
      ours: ours?.std ?? null,
      formula: `standard deviation of ${formula}; divided by n`,
      followsOn: true,
    },
  ];
}

/** numpy's default: between the two nearest, by where the percent falls among n - 1 steps. */
function interpolated(sorted: Float64Array, percent: number): number | null {
  if (sorted.length === 0) return null;
  const place = (percent / 100) * (sorted.length - 1);
  const low = sorted[Math.floor(place)]!;
  const part = place - Math.floor(place);
  return part === 0 ? low : low * (1 - part) + sorted[Math.ceil(place)]! * part;
}

function deviation(values: number[]): number | null {
  const middle = mean(values);
  return middle === null ? null : Math.sqrt(sum(values.map((value) => (value - middle) ** 2)) / values.length);
}
