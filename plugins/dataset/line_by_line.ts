import { defineDataset, type LooseInput, type Message, type Params } from "plumb";
import { asInput } from "./as-input.ts";

/** Each line of a file: text is a prompt, a JSON array is messages, a JSON object is a whole request body. */
export default defineDataset({
  name: "line_by_line",
  async *buildMessages(params, source) {
    if (params.datasetPath === undefined) throw new Error("line_by_line needs --dataset-path FILE");
    for await (const line of source.lines(params.datasetPath)) {
      if (line.trim() !== "") yield fromLine(line, params);
    }
  },
});

function fromLine(line: string, params: Params): LooseInput {
  const value = parse(line);
  if (Array.isArray(value)) return value as Message[];
  if (typeof value === "object" && value !== null) return { kind: "raw", body: value as Record<string, unknown> };
  return asInput(line, params);
}

/** The line's JSON; undefined where it is text, be it text that only starts like JSON. */
function parse(line: string): unknown {
  if (!/^\s*[[{]/.test(line)) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
