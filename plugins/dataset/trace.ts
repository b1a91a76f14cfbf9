import { defineDataset, type Source } from "plumb";
import { dataFile } from "./data-file.ts";
import { replay, timingOf } from "./replay.ts";
import { modelIn, replayOptions } from "./replay-options.ts";
import { azure } from "./traces/azure.ts";
import { burstGpt } from "./traces/burst-gpt.ts";
import { mooncake } from "./traces/mooncake.ts";
import { recorded } from "./traces/recorded.ts";
import type { TraceFormat } from "./traces/trace-format.ts";
import { workload } from "./traces/workload.ts";
import { wholeOption } from "./whole-option.ts";

const FORMATS: TraceFormat[] = [mooncake, workload, azure, burstGpt, recorded];
const KNOWN =
  "Mooncake's JSONL, a workload trace (JSONL), Azure's or BurstGPT's CSV, or the benchmark_data.db of an earlier run";

/** A trace in one of the forms that they are published in, told by its first line. */
export default defineDataset({
  name: "trace",
  about: "A trace, each request at its own time: Mooncake's, Azure's, BurstGPT's, a workload trace or an earlier run",
  path: "needed",
  ownLengths: true,
  options: {
    ...replayOptions,
    block_tokens: { type: "number", default: 512, help: "Tokens of each block that a trace's hash_ids name" },
    match_output_length: {
      type: "boolean",
      help: "Ask for replies as long as they were (default: true where the trace holds lengths alone)",
    },
  },
  async timing(params, source) {
    const path = dataFile(params, "trace", KNOWN);
    return timingOf(await formatOf(path, source), path, params, source);
  },
  async *buildMessages(params, source) {
    const path = dataFile(params, "trace", KNOWN);
    const format = await formatOf(path, source);
    const { match_output_length: match = format !== workload && format !== recorded } = params.datasetArgs;
    const manner = { blockTokens: wholeOption(params, "block_tokens"), matchLength: match === true };
    yield* replay(format, path, { ...manner, modelOf: modelIn(params, true) }, params, source);
  },
});

async function formatOf(path: string, source: Source): Promise<TraceFormat> {
  for await (const line of source.lines(path)) {
    if (line.trim() === "") continue;
    const format = FORMATS.find(({ fits }) => fits(line));
    if (format !== undefined) return format;
    break;
  }
  throw new Error(`${path} is no trace that plumb knows: ${KNOWN}`);
}
