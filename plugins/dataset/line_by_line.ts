import { defineDataset, type LooseInput, log, type Params, type Source } from "plumb";
import { dataFile } from "./data-file.ts";
import { messagesIn } from "./multi-turn.ts";
import { textInputs } from "./text-inputs.ts";
import { textOptions } from "./text-options.ts";

/** What was surely meant to be a body or messages. */
const LIKE_JSON = /^\s*(\{\s*"|\[\s*\{)/;
/** Runs that have been told of such a line that is no JSON: each pass has the same params. */
const told = new WeakSet<Params>();

/** Each line of a file: text is a prompt, a JSON array is messages, a JSON object is a whole request body. */
export default defineDataset({
  name: "line_by_line",
  about: "Lines of a file: text is a prompt, a JSON array is messages, a JSON object is a whole request body",
  path: "needed",
  options: textOptions,
  buildMessages(params, source) {
    const path = dataFile(params, "line_by_line", "with a prompt, messages or a body in each line");
    return textInputs(readLines(path, params, source), params, source);
  },
});

async function* readLines(path: string, params: Params, source: Source): AsyncGenerator<LooseInput> {
  let number = 0;
  for await (const line of source.lines(path)) {
    number++;
    if (line.trim() === "") continue;
    const where = `${path}:${number}`;
    const input = fromLine(line, where);
    if (input === line && LIKE_JSON.test(line) && !told.has(params)) {
      told.add(params);
      log.warn(`${where} begins like JSON and is none: it is sent as text`);
    }
    yield input;
  }
}

function fromLine(line: string, where: string): LooseInput {
  const value = parse(line);
  if (Array.isArray(value)) return messagesIn(value, where, "line_by_line");
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
