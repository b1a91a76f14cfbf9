import { defineDataset, type Input, isFields, listOf, type Turn } from "plumb";
import { dataFile } from "./data-file.ts";
import { messagesIn } from "./multi-turn.ts";

const NAME = "swe_smith";
const WANTS =
  'a JSON file {"conversations": [[{"messages": [...]}]]} made from https://www.modelscope.cn/datasets/SWE-bench/SWE-smith-trajectories';

/** What agents that mend programs were told, turn by turn: each turn has the messages that are new in it. */
export default defineDataset({
  name: NAME,
  about: "Agents that mend programs: conversations of a prepared JSON file, each turn with its new messages",
  path: "needed",
  async *buildMessages(params, source) {
    const path = dataFile(params, NAME, WANTS);
    const file = await source.json(path);
    const conversations = isFields(file) ? file.conversations : undefined;
    if (!Array.isArray(conversations)) throw new Error(`${path} has no list "conversations", and ${NAME} wants one`);
    for (const [index, turns] of conversations.entries()) {
      yield conversationOf(listOf(turns), `${path}: conversation ${index + 1}`);
    }
  },
});

function conversationOf(entries: unknown[], where: string): Input {
  if (entries.length === 0) throw new Error(`${where} has no turns`);
  const turns: Turn[] = [];
  for (const [index, entry] of entries.entries()) {
    const place = `${where}, turn ${index + 1}`;
    if (!isFields(entry)) throw new Error(`${place} is no object with "messages"`);
    const messages = messagesIn(entry.messages, place, NAME);
    const reply = messages.find(({ role }) => role === "assistant");
    const before = turns.at(-1);
    if (reply !== undefined && before !== undefined) before.reply = reply;
    const asked = messages.filter(({ role }) => role !== "assistant");
    if (asked.length > 0) turns.push({ messages: asked });
  }
  if (turns.length === 0) throw new Error(`${where}: nobody but the assistant says anything`);
  return { kind: "conversation", turns };
}
