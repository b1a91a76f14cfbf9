/**
 * Runs two loads, compares them, and fails where the service does not hold up: `plumb exec bench.ts URL [MODEL]`.
 * Whatever it throws makes the exit code 1, so a pipeline stops there.
 */
import { type BenchmarkResult, renderSummary, runBenchmark } from "plumb";

const [url = "", model] = process.argv.slice(2);
if (url === "") throw new Error("give the service's address: plumb exec bench.ts URL [MODEL]");

const MOST_TTFT_RATIO = 3;

/** Sends ten requests for each of those that are on their way at once. */
async function load(name: string, parallel: number): Promise<BenchmarkResult> {
  const result = await runBenchmark({
    url,
    model,
    name,
    parallel,
    number: "10x",
    maxTokens: 64,
    onProgress: ({ done, total, failed }) => process.stderr.write(`\r${name}: ${done} of ${total}, ${failed} failed `),
  });
  process.stderr.write("\n");
  console.log(renderSummary(result));
  const { requests } = result.summary;
  if (result.end !== "done" || requests?.success !== requests?.offered) {
    throw new Error(`${name}: not every request succeeded: ${JSON.stringify(requests?.by_error)}`);
  }
  return result;
}

/** Milliseconds until the first token, which 95% of the requests stay below. */
function ttft({ summary }: BenchmarkResult): number {
  const p95 = summary.ttft_ms?.p95;
  if (p95 === undefined) throw new Error("the service does not stream: there is no time to a first token");
  return p95;
}

const alone = await load("alone", 1);
const crowded = await load("crowded", 8);

const ratio = ttft(crowded) / ttft(alone);
console.log(`TTFT p95: ${ttft(alone).toFixed(1)} ms alone, ${ttft(crowded).toFixed(1)} ms with 8 at once`);
if (ratio > MOST_TTFT_RATIO)
  throw new Error(`TTFT grew ${ratio.toFixed(1)} times, the most allowed is ${MOST_TTFT_RATIO}`);
