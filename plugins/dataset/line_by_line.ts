import { defineDataset, type LooseInput, type Message, type Source } from "plumb";
import { dataFile } from "./data-file.ts";
import { textInputs } from "./text-inputs.ts";
import { textOptions } from "./text-options.ts";

/** Each line of a file: text is a prompt, a JSON array is messages, a JSON object is a whole request body. */
export default defineDataset({
  name: "line_by_line",
  about: "Lines of a file: text is a prompt, a JSON array is messages, a JSON object is a whole request body",
  path: "needed",
  options: textOptions,
  buildMessages(params, source) {
    const path = dataFile(params, "line_by_line", "with a prompt, messages or a body in each line");
    return textInputs(readLines(path, source), params, source);
  },
});

async function* readLines(path: string, source: Source): AsyncGenerator<LooseInput> {
  for await (const line of source.lines(path)) if (line.trim() !== "") yield fromLine(line);
}

function fromLine(line: string): LooseInput {
  const value = parse(line);
  if (Array.isArray(value)) return value as Message[];
  if (typeof value === "object" && value !== null) return { kind: "raw", body: value as Record<string, unknown> };
  return line;
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
