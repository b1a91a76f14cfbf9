import { type Fields, isFields, type JsonItem, type Message, type Turn, textOf } from "plumb";
import { textFields } from "./item-fields.ts";

/**
 * Messages as turns: an assistant's message ends one, and is its recorded reply. What the assistant says before anybody
 * else is no reply to anything, and is left out.
 */
export function turnsOf(messages: Message[]): Turn[] {
  const turns: Turn[] = [];
  let asked: Message[] = [];
  for (const message of messages) {
    if (message.role !== "assistant") asked.push(message);
    else if (asked.length > 0) {
      turns.push({ messages: asked, reply: message });
      asked = [];
    }
  }
  if (asked.length > 0) turns.push({ messages: asked });
  return turns;
}

/** Who says something in ShareGPT's files, as they call it. */
const SPEAKERS: Record<string, string> = {
  ...{ human: "user", user: "user", system: "system" },
  ...{ gpt: "assistant", assistant: "assistant", chatgpt: "assistant", bing: "assistant", bard: "assistant" },
};

/**
 * Turns of ShareGPT's files: entries of `{human, assistant}`, or of `{from, value}`. Those in which nobody asks anything
 * are passed over.
 * @throws Error where an entry is no object of texts
 */
export function shareGptTurns(entries: unknown[], where: string): Turn[] {
  if (entries.some((entry) => isFields(entry) && "from" in entry)) return spokenTurns(entries, where);
  return entries.flatMap((entry, index) => {
    const { human, assistant } = textFields(entry, ["human", "assistant"], `${where}, turn ${index + 1}`);
    const asked = textOf(human).trim();
    if (asked === "") return [];
    const turn: Turn = { messages: [{ role: "user", content: asked }] };
    const answered = textOf(assistant).trim();
    return [answered === "" ? turn : { ...turn, reply: { role: "assistant", content: answered } }];
  });
}

/** What the assistant says before a person does is left out. */
function spokenTurns(entries: unknown[], where: string): Turn[] {
  const messages = entries.flatMap((entry, index): Message[] => {
    const place = `${where}, turn ${index + 1}`;
    const { from, value } = textFields(entry, ["from", "value"], place);
    const role = Object.hasOwn(SPEAKERS, textOf(from)) ? SPEAKERS[textOf(from)]! : null;
    if (role === null) throw new Error(`${place}: "from" must be one of ${Object.keys(SPEAKERS).join(", ")}`);
    const content = textOf(value).trim();
    return content === "" ? [] : [{ role, content }];
  });
  const first = messages.findIndex(({ role }) => role === "user");
  return first < 0 ? [] : turnsOf(messages.filter(({ role }, at) => at >= first || role !== "assistant"));
}

/** @throws Error where it is no list of `{role, content}` with something in it */
export function messagesIn(value: unknown, where: string, dataset: string): Message[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new Error(`${where} is no list of messages, and ${dataset} wants one`);
  }
  for (const [index, message] of value.entries()) {
    const place = `${where}: message ${index + 1}`;
    if (!isFields(message) || typeof message.role !== "string") {
      throw new Error(`${place} has no role: each must be {"role", "content"}`);
    }
    if (!isContent(message.content)) throw new Error(`${place}: its content must be a text or a list of parts`);
  }
  return value as Message[];
}

/** A message that only calls tools has none. */
function isContent(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === "string") return true;
  return Array.isArray(value) && value.every((part) => isFields(part) && typeof part.type === "string");
}

/** Where an item may be the messages themselves or an object around them: what stands beside them is kept. */
export function unwrapped({ value }: JsonItem): { messages: unknown; beside: Fields } {
  if (!isFields(value)) return { messages: value, beside: {} };
  const { messages, ...beside } = value;
  return { messages, beside };
}
