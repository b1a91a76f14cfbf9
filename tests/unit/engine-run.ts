import openai from "../../plugins/api/openai.ts";
import type { RunConfig } from "../../src/config/run-config.ts";
import type { ApiPlugin } from "../../src/contract/api.ts";
import { Engine } from "../../src/engine/engine.ts";
import { packArrivals, unpackFinished } from "../../src/engine/packing.ts";
import type { FromEngine } from "../../src/engine/protocol.ts";
import type { RecordedRequest } from "../../src/record/outcome.ts";
import { STAGE } from "./load-fixture.ts";
import { configOf, paramsOf } from "./run-fixture.ts";

interface Load {
  /** Requests in all, and at once. */
  quota?: number;
  slots?: number;
  config?: Partial<RunConfig>;
  api?: ApiPlugin;
}

/** Sends a load to a server by a real engine in this process, and gives what would be recorded of it. */
export async function recordsOf(url: string, { quota = 1, slots = quota, config, api = openai }: Load = {}) {
  const messages: FromEngine[] = [];
  const done = Promise.withResolvers<void>();
  const start = {
    type: "start",
    engine: 0,
    runId: "r",
    config: configOf({ url, params: paramsOf({ url }), ...config }),
    secrets: { headers: {}, urlCredentials: null, proxyCredentials: null },
  } as const;
  const engine: Engine = new Engine(start, api, (message) => {
    messages.push(message);
    if (message.type === "prepared") {
      setImmediate(() => engine.receive({ type: "go", index: message.index, atMs: Date.now() }));
    }
    if (message.type === "stage-done") done.resolve();
  });
  engine.receive({ type: "stage", stage: { ...STAGE, slots, quota } });
  const arrivals = Array.from({ length: quota }, (_, id) => ({ id, input: { kind: "prompt" as const, prompt: "x" } }));
  engine.receive({ type: "arrivals", packed: packArrivals(arrivals) });
  await done.promise;
  engine.close();
  return messages.flatMap((message): RecordedRequest[] =>
    message.type === "finished" ? unpackFinished(message.packed).map(({ recorded }) => recorded) : [],
  );
}
