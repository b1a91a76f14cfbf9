/**
 * Runs a load and reads the slow requests back from its database: `plumb exec slow-requests.ts URL [SECONDS]`, one
 * second if it is not said. What each column means stands in docs/metrics.md.
 */
import { queryRun, runBenchmark } from "plumb";

interface SlowRequest {
  id: number;
  /** Seconds. */
  first_chunk_latency: number | null;
  latency: number;
  completion_tokens: number | null;
  prompt: string | null;
}

const [url, seconds = "1"] = process.argv.slice(2);
const limit = Number(seconds);
if (url === undefined || !(limit >= 0)) throw new Error("usage: plumb exec slow-requests.ts URL [SECONDS]");

const { summary, database } = await runBenchmark({ url, parallel: 4, number: 40, maxTokens: 64 });

const slow = queryRun<SlowRequest>(
  database,
  `SELECT id, first_chunk_latency, latency, completion_tokens, json_extract(request, '$.messages[0].content') AS prompt
   FROM result WHERE success = 1 AND latency > ${limit} ORDER BY latency DESC`,
);

console.log(`${slow.length} of ${summary.requests?.total} requests took longer than ${limit} s`);
for (const { id, latency, first_chunk_latency, completion_tokens, prompt } of slow) {
  const first = first_chunk_latency === null ? "no output" : `first token after ${first_chunk_latency.toFixed(3)} s`;
  console.log(`#${id}  ${latency.toFixed(3)} s, ${first}, ${completion_tokens} tokens: ${prompt?.slice(0, 60)}`);
}
console.log(`The rest is in ${database}`);
