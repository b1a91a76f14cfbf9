import type { Message } from "../contract/input.ts";
import { messageText } from "../contract/message.ts";
import type { ChatTemplate } from "./chat-template.ts";
import type { CountingAnswer, CountingAsk } from "./counting-task.ts";
import { openTokenizer } from "./open-tokenizer.ts";
import type { Countable } from "./token-counter.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { LocalTokenizer } from "./tokenizer-choice.ts";

interface Open {
  tokenizer: Tokenizer;
  template: ChatTemplate | null;
}

/** Answers what the counting thread is asked, one ask after the other. */
export class CountingDesk {
  #open: Promise<Open> | null = null;

  async answer(ask: CountingAsk): Promise<CountingAnswer> {
    try {
      if (ask.kind === "open") this.#open = open(ask.choice);
      if (this.#open === null) throw new Error("no tokenizer has been opened");
      return { id: ask.id, ok: true, ...work(ask, await this.#open) };
    } catch (error) {
      return { id: ask.id, ok: false, message: error instanceof Error ? error.message : String(error) };
    }
  }
}

async function open(choice: LocalTokenizer): Promise<Open> {
  const tokenizer = await openTokenizer(choice);
  if (choice.kind !== "json") return { tokenizer, template: null };
  const { chatTemplateBeside } = await import("./chat-template.ts");
  return { tokenizer, template: chatTemplateBeside(choice.file) };
}

interface Work {
  numbers: number[];
  texts: string[];
  ids: number[][];
}

function work(ask: CountingAsk, { tokenizer, template }: Open): Work {
  const nothing = { numbers: [], texts: [], ids: [] };
  switch (ask.kind) {
    case "open":
      return nothing;
    case "count":
      return { ...nothing, numbers: ask.items.map((item) => countOf(item, tokenizer, template)) };
    case "encode":
      return { ...nothing, ids: ask.items.map((text) => tokenizer.encode(text)) };
    case "surrounding":
      return { ...nothing, numbers: [tokenizer.surrounding] };
    case "vocabulary":
      return { ...nothing, texts: [...tokenizer.tokenTexts()] };
  }
}

function countOf(item: Countable, tokenizer: Tokenizer, template: ChatTemplate | null): number {
  if (typeof item === "string") return tokenizer.count(item);
  const prompt = template === null ? null : promptOf(item, template);
  if (prompt !== null) return tokenizer.count(prompt);
  return item.reduce((sum, message) => sum + tokenizer.count(messageText(message)), 0);
}

/** null: the template does not take such messages, which a service may read in a way of its own. */
function promptOf(messages: readonly Message[], template: ChatTemplate): string | null {
  try {
    return template.apply(messages, true);
  } catch {
    return null;
  }
}
