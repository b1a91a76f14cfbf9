import { type Fields, fieldsOf, isFields } from "../contract/fields.ts";
import type { Message } from "../contract/input.ts";
import type { Countable } from "../tokens/token-counter.ts";

/** Everything in a request body that a model would read, for counting. */
export interface PromptContent {
  /** Messages as a whole, so that a chat template can be applied to them; prompts, documents, tools. */
  items: Countable[];
  /** How many of them a model puts tokens of its own round. */
  surrounded: number;
  /** Tokens that were sent as such. */
  ids: number;
  /** Output tokens that the body asks for at most, all choices together; null: it does not say. */
  maxTokens: number | null;
}

/** A body that is no JSON is a prompt. */
export function promptContent(body: string | null): PromptContent {
  if (body === null) return { items: [], surrounded: 0, ids: 0, maxTokens: null };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { items: [body], surrounded: 1, ids: 0, maxTokens: null };
  }
  const { messages, prompt, input, tools, system, instructions, query, documents, ...rest } = fieldsOf(parsed);
  const wrapped = isFields(input) ? input : {};
  const inputs = isFields(input) ? stringsOf(input.prompt) : areMessages(input) ? [] : stringsOf(input);
  const prompts = [...stringsOf(prompt), ...inputs];
  const said = [messages, wrapped.messages, areMessages(input) ? input : undefined].flatMap(conversationsOf);
  const others = [system, instructions, query, documents].flatMap(stringsOf);
  return {
    items: [...prompts, ...said, ...others, ...(tools === undefined ? [] : [JSON.stringify(tools)])],
    surrounded: prompts.length,
    ids: idsIn(prompt) + idsIn(input),
    maxTokens: mostOf(rest),
  };
}

/** The messages, or where something in them is none, their texts. */
function conversationsOf(value: unknown): Countable[] {
  return areMessages(value) ? [value] : stringsOf(value);
}

function areMessages(value: unknown): value is Message[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  return value.every((entry) => isFields(entry) && typeof entry.role === "string" && isContent(entry.content));
}

function isContent(value: unknown): boolean {
  if (value === null || value === undefined || typeof value === "string") return true;
  return Array.isArray(value) && value.every(isFields);
}

/** `[1, 2]`, or `[[1, 2], [3]]`. */
function idsIn(value: unknown): number {
  if (!Array.isArray(value)) return 0;
  return value.reduce((sum: number, entry) => sum + (typeof entry === "number" ? 1 : idsIn(entry)), 0);
}

function mostOf({ max_tokens, max_completion_tokens, max_output_tokens, n }: Fields): number | null {
  const most = [max_completion_tokens, max_tokens, max_output_tokens].find((value) => typeof value === "number");
  return most === undefined ? null : (most as number) * (typeof n === "number" ? n : 1);
}

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  if (!isFields(value)) return [];
  const { messages, prompt, content, text } = value;
  return [messages, prompt, content, text].flatMap(stringsOf);
}
