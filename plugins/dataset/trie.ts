import {
  type DatasetPlugin,
  defineDataset,
  type Fields,
  type Input,
  type JsonItem,
  type Params,
  type Source,
  type Turn,
} from "plumb";
import { dataFile } from "./data-file.ts";
import { fieldsIn } from "./item-fields.ts";
import { MadeTexts } from "./made-texts.ts";

/** The page of all three files. */
const PAGE = "https://www.modelscope.cn/datasets/evalscope/trie-workloads";

const WANTS = "an object with input_prompt_length, num_turns and the lists of lengths in each line";

/** The lengths, in tokens, of an agent's conversation, and the waits between its turns. */
interface Trace {
  prompt: number;
  /** Of each reply, the last one too. */
  replies: number[];
  /** What the tools answered to each reply but the last, and after how many seconds. */
  results: number[];
  waitsS: number[];
}

/**
 * Agents at work, of whom only the lengths were recorded: texts of those lengths are made. What a tool says is sent as
 * the user's, for the model was given no tools and calls none.
 */
export function trie(name: string, work: string, file: string): DatasetPlugin {
  return defineDataset({
    name,
    about: `Agents at ${work}: made texts of recorded lengths, with the waits for their tools`,
    path: "needed",
    ownLengths: true,
    async *buildMessages(params, source) {
      let item = 0;
      for await (const line of source.items(dataFile(params, name, { page: PAGE, file }), `${name} wants ${WANTS}`)) {
        yield await conversationOf(readTrace(line, name), params, source, item++);
      }
    },
  });
}

async function conversationOf(trace: Trace, params: Params, source: Source, item: number): Promise<Input> {
  const made = new MadeTexts(params, source, item);
  const turns: Turn[] = [];
  for (const [index, maxTokens] of trace.replies.entries()) {
    const tokens = index === 0 ? trace.prompt : trace.results[index - 1]!;
    // Some chat templates refuse a message without content.
    const content = await made.text(atLeastOne(tokens));
    const turn: Turn = { messages: [{ role: "user", content }], maxTokens: atLeastOne(maxTokens) };
    turns.push(index === 0 ? turn : { ...turn, thinkS: trace.waitsS[index - 1]! });
  }
  return { kind: "conversation", turns };
}

function atLeastOne(tokens: number): number {
  return Math.max(1, Math.round(tokens));
}

function readTrace(item: JsonItem, name: string): Trace {
  const fields = fieldsIn(item, name);
  const steps = numberIn(fields, "num_turns", item.where);
  const list = (field: string): number[] => {
    const values = fields[field];
    if (!Array.isArray(values) || values.length !== steps) {
      throw new Error(`${item.where}: "${field}" must be a list of num_turns (${steps}) numbers`);
    }
    return values.map((_, index) => numberIn(values as unknown as Fields, String(index), `${item.where}, "${field}"`));
  };
  return {
    prompt: numberIn(fields, "input_prompt_length", item.where),
    replies: [...list("assistant_response_length"), numberIn(fields, "final_assistant_response_length", item.where)],
    results: list("tool_call_output_length"),
    waitsS: list("tool_call_latency"),
  };
}

function numberIn(fields: Fields, name: string, where: string): number {
  const value = fields[name];
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw new Error(`${where}: "${name}" must be a number from 0, not ${JSON.stringify(value)}`);
}
