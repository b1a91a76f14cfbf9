import { defineDataset, type Fields, type Input, isFields, type JsonItem, type LooseInput, type Message } from "plumb";
import { dataFile } from "./data-file.ts";
import { fieldsIn } from "./item-fields.ts";
import { messagesIn } from "./multi-turn.ts";

const WANTS = 'tool_calls wants {"messages": [...], "tools": [...]} in each line';

/**
 * Questions that a model answers by calling tools. A line: `{"messages": [...], "tools": [...], "tool_choice"?,
 * "results"?: [...]}`, the tools as OpenAI's API takes them. `results` are what the tools say: with `follow_up` they are
 * a second turn of the conversation.
 */
export default defineDataset({
  name: "tool_calls",
  about: "Messages with definitions of tools, from a JSONL file; the tools' results can follow as a second turn",
  path: "needed",
  options: {
    follow_up: { type: "boolean", default: false, help: "Send the results that a line has as a second turn" },
  },
  async *buildMessages(params, source) {
    const path = dataFile(params, "tool_calls", "a JSONL file with messages and tools in each line");
    for await (const item of source.items(path, WANTS)) yield inputOf(item, params.datasetArgs.follow_up === true);
  },
});

function inputOf(item: JsonItem, followUp: boolean): LooseInput {
  const { messages, tools, tool_choice, results } = fieldsIn(item, "tool_calls");
  if (!Array.isArray(messages)) throw new Error(`${item.where} has no messages, and tool_calls wants a list there`);
  if (!Array.isArray(tools)) throw new Error(`${item.where} has no tools, and tool_calls wants a list there`);
  const extra: Fields = { tools, ...(tool_choice !== undefined && { tool_choice }) };
  const first: Input = { kind: "messages", messages: messagesIn(messages, item.where, "tool_calls"), extra };
  if (!followUp || !Array.isArray(results) || results.length === 0) return first;
  const turns = [
    { messages: first.messages },
    { messages: results.map((result, index) => answer(result, index, item.where)) },
  ];
  return { kind: "conversation", turns, extra };
}

/** A text, or a whole message of a tool. The model's call gives it its id. */
function answer(result: unknown, index: number, where: string): Message {
  const message: Message = { role: "tool", tool_call_id: `call_${index}`, content: "" };
  if (typeof result === "string") return { ...message, content: result };
  if (!isFields(result)) throw new Error(`${where}: result ${index + 1} must be a text or a message`);
  return { ...message, ...(result as Partial<Message>) };
}
