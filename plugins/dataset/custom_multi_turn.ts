import { defineDataset, type Fields, type Input, type JsonItem } from "plumb";
import { dataFile } from "./data-file.ts";
import { messagesIn, turnsOf, unwrapped } from "./multi-turn.ts";
import { tellPassedOver } from "./passed-over.ts";

const NAME = "custom_multi_turn";
const WANTS = `${NAME} wants a list of {"role", "content"} in each line`;

/** Conversations out of a file of one's own. An object around the messages may bring the tools that they are about. */
export default defineDataset({
  name: NAME,
  about: "Conversations of a JSONL file, a line each: a list of {role, content}; the model's own replies go between",
  path: "needed",
  async *buildMessages(params, source) {
    const path = dataFile(params, NAME, "a JSONL file with a list of {role, content} in each line");
    let number = 0;
    let passedOver = 0;
    // Not `source.items`, which takes a file that begins with a bracket for one list of all.
    for await (const line of source.lines(path)) {
      number++;
      const input = line.trim() === "" ? null : conversationOf(parsed(line, `${path}:${number}`));
      if (input !== null) yield input;
      else if (line.trim() !== "") passedOver++;
    }
    tellPassedOver(passedOver, path, params);
  },
});

function parsed(line: string, where: string): JsonItem {
  try {
    return { value: JSON.parse(line), where };
  } catch (error) {
    throw new Error(`${where} is not JSON: ${(error as Error).message}; ${WANTS}`);
  }
}

/** null: nobody but the assistant says anything. */
function conversationOf(item: JsonItem): Input | null {
  const { messages, beside } = unwrapped(item);
  const turns = turnsOf(messagesIn(messages, item.where, NAME));
  if (turns.length === 0) return null;
  const extra = bodyFields(beside);
  return extra === null ? { kind: "conversation", turns } : { kind: "conversation", turns, extra };
}

function bodyFields({ tools, tool_choice }: Fields): Fields | null {
  if (tools === undefined) return null;
  return tool_choice === undefined ? { tools } : { tools, tool_choice };
}
