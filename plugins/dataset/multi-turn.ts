import { type Fields, fieldsOf, isFields, type JsonItem, type Message, type Turn, textOf } from "plumb";

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

/** Turns of ShareGPT's files, `{human, assistant}` each; those in which nobody asks anything are passed over. */
export function shareGptTurns(entries: unknown[]): Turn[] {
  return entries.flatMap((entry) => {
    const { human, assistant } = fieldsOf(entry);
    const asked = textOf(human).trim();
    if (asked === "") return [];
    const turn: Turn = { messages: [{ role: "user", content: asked }] };
    const answered = textOf(assistant).trim();
    return [answered === "" ? turn : { ...turn, reply: { role: "assistant", content: answered } }];
  });
}

/** @throws Error where it is no list of `{role, content}` */
export function messagesIn(value: unknown, where: string, dataset: string): Message[] {
  if (!Array.isArray(value)) throw new Error(`${where} is no list of messages, and ${dataset} wants one`);
  for (const [index, message] of value.entries()) {
    if (!isFields(message) || typeof message.role !== "string") {
      throw new Error(`${where}: message ${index + 1} has no role: each must be {"role", "content"}`);
    }
  }
  return value as Message[];
}

/** Where an item may be the messages themselves or an object around them: what stands beside them is kept. */
export function unwrapped({ value }: JsonItem): { messages: unknown; beside: Fields } {
  if (!isFields(value)) return { messages: value, beside: {} };
  const { messages, ...beside } = value;
  return { messages, beside };
}
