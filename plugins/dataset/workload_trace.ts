import { defineDataset, type Params } from "plumb";
import { dataFile } from "./data-file.ts";
import { replay, timingOf } from "./replay.ts";
import { modelIn, replayOptions } from "./replay-options.ts";
import { workload } from "./traces/workload.ts";

const NAME = "workload_trace";

/** Requests as they were sent to a service, each with its time. */
export default defineDataset({
  name: NAME,
  about: "Bodies of a JSONL file, each sent at its own time: body, timestamp, headers, request_id, completion_tokens",
  path: "needed",
  ownLengths: true,
  options: {
    ...replayOptions,
    match_output_length: {
      type: "boolean",
      default: false,
      help: "Ask for replies of exactly completion_tokens tokens",
    },
  },
  timing: (params, source) => timingOf(workload, fileOf(params), params, source),
  buildMessages(params, source) {
    const matchLength = params.datasetArgs.match_output_length === true;
    return replay(
      workload,
      fileOf(params),
      { blockTokens: 0, matchLength, modelOf: modelIn(params, false) },
      params,
      source,
    );
  },
});

function fileOf(params: Params): string {
  return dataFile(params, NAME, "a JSONL file with a body and a timestamp in each line");
}
