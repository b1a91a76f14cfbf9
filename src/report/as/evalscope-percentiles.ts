import type { EvalscopeSample, EvalscopeTotals } from "./evalscope-totals.ts";
import { pythonRound } from "./python-number.ts";

/** A row of benchmark_percentile.json; null: evalscope writes NaN, which is no JSON. */
export type PercentileRow = Record<string, string | number | null>;

const PERCENTS = [0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100];
const label = (percent: number): string => (percent === 0 ? "min" : percent === 100 ? "max" : `${percent}%`);

/** Successes alone, by nearest rank, rounded to 4 digits. @param inputOnly an API of embeddings or rankings */
export function evalscopePercentiles(totals: EvalscopeTotals, inputOnly: boolean): PercentileRow[] {
  const columns = Object.entries(inputOnly ? inputColumns(totals.samples) : textColumns(totals));
  const sorted = columns.map(([name, values]) => [name, Float64Array.from(values).sort()] as const);
  return PERCENTS.map((percent) => ({
    Percentiles: label(percent),
    ...Object.fromEntries(sorted.map(([name, values]) => [name, nearestRank(values, percent)])),
  }));
}

function nearestRank(sorted: Float64Array, percent: number): number | null {
  const rank = Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1);
  const value = sorted[rank];
  return value === undefined ? null : pythonRound(value, 4);
}

/** In evalscope's order. */
function textColumns({ samples, gaps }: EvalscopeTotals): Record<string, number[]> {
  const streams = samples.filter(({ isStream }) => isStream);
  const streamed = streams.length > 0 ? streams : samples;
  const decoded = streamed.map(({ timePerOutputToken }) => timePerOutputToken);
  const timed = samples.filter(({ latency }) => latency > 0);
  return {
    "Latency (s)": samples.map(({ latency }) => latency),
    "TTFT (ms)": streamed.map(({ firstChunkLatency }) => firstChunkLatency * 1000),
    "ITL (ms)": gaps.map((gap) => gap * 1000),
    "TPOT (ms)": decoded.filter((tpot) => tpot > 0 || streams.length === 0).map((tpot) => tpot * 1000),
    "Input tokens": samples.map(({ promptTokens }) => promptTokens),
    "Output tokens": samples.map(({ completionTokens }) => completionTokens),
    "Output (tok/s)": timed.map(({ completionTokens, latency }) => completionTokens / latency),
    "Total (tok/s)": timed.map(
      ({ promptTokens, completionTokens, latency }) => (promptTokens + completionTokens) / latency,
    ),
    "Decode (tok/s)": decoded.filter((tpot) => tpot > 0).map((tpot) => 1 / tpot),
  };
}

function inputColumns(samples: EvalscopeSample[]): Record<string, number[]> {
  const timed = samples.filter(({ latency }) => latency > 0);
  return {
    "Latency (s)": samples.map(({ latency }) => latency),
    "Input tokens": samples.map(({ promptTokens }) => promptTokens),
    "Input (tok/s)": timed.map(({ promptTokens, latency }) => promptTokens / latency),
  };
}
