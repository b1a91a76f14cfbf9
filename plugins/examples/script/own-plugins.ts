/**
 * An API and a dataset written in the script itself: `plumb exec own-plugins.ts URL [MODEL]`. Compares how the same
 * questions are answered under two system messages.
 */
import { createMessage, defineApi, defineDataset, messagesOf, queryRun, runBenchmark } from "plumb";

const [url, model] = process.argv.slice(2);
if (url === undefined) throw new Error("usage: plumb exec own-plugins.ts URL [MODEL]");

const capitals = defineDataset({
  name: "capitals",
  *buildMessages() {
    for (const country of ["Peru", "Laos", "Mali", "Oman"]) yield `What is the capital of ${country}?`;
  },
});

/** Whatever the script knows, the plugin knows: it runs in this process, and so does the engine that sends for it. */
const chatUnder = (system: string) =>
  defineApi({
    name: "under",
    endpoint: "chat/completions",
    buildRequest(input, params) {
      const messages = [createMessage(system, [], "system"), ...messagesOf(input, "under")];
      return { body: { model: params.model, messages, stream: params.stream, max_tokens: params.maxTokens } };
    },
  });

interface Counted {
  requests: number;
  tokens: number;
  /** Seconds. */
  latency: number;
}

for (const system of ["Answer in one word.", "Answer at length."]) {
  const api = chatUnder(system);
  const { database } = await runBenchmark({
    url,
    model,
    api,
    dataset: capitals,
    parallel: 2,
    number: 8,
    maxTokens: 64,
  });
  const [counted] = queryRun<Counted>(
    database,
    "SELECT count(*) AS requests, avg(completion_tokens) AS tokens, avg(latency) AS latency FROM result WHERE success",
  );
  if (counted === undefined || counted.requests < 8) throw new Error(`${system} Not every request succeeded`);
  console.log(`${system} ${counted.tokens.toFixed(1)} tokens in ${counted.latency.toFixed(2)} s on average`);
}
