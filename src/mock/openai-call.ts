import { badRequest } from "./openai-error.ts";
import type { LengthWish } from "./reply.ts";
import { countPromptTokens } from "./words.ts";

export type OpenAiApi = "chat" | "completions";

/** What of a request decides its reply. */
export interface OpenAiCall extends LengthWish {
  api: OpenAiApi;
  /** null: none was named. */
  model: string | null;
  stream: boolean;
  /** Replies asked for: `n`, for each prompt where there are several. */
  choices: number;
  /** Usage in a last event of its own. */
  includeUsage: boolean;
  /** Usage so far in every event. */
  continuousUsage: boolean;
  /** By `countPromptTokens`; the length of a prompt of token ids. */
  promptTokens: number;
}

const MAX_CHOICES = 128;

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws OpenAiError (400) naming the field */
export function parseCall(api: OpenAiApi, text: string): OpenAiCall {
  const body = parseObject(text);
  const streamOptions = isObject(body.stream_options) ? body.stream_options : {};
  const prompt = api === "chat" ? chatPrompt(body.messages) : completionPrompt(body.prompt);
  return {
    api,
    model: typeof body.model === "string" ? body.model : null,
    stream: body.stream === true,
    choices: (whole(body, "n", 1, MAX_CHOICES) ?? 1) * prompt.count,
    includeUsage: streamOptions.include_usage === true,
    continuousUsage: streamOptions.continuous_usage_stats === true,
    promptTokens: prompt.tokens,
    maxTokens: whole(body, "max_completion_tokens", 1) ?? whole(body, "max_tokens", 1),
    minTokens: whole(body, "min_tokens", 0) ?? 0,
    ignoreEos: body.ignore_eos === true,
  };
}

function parseObject(text: string): Json {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest("the request body is not JSON");
  }
  if (!isObject(body)) throw badRequest("the request body is not a JSON object");
  return body;
}

/** A whole number of that name; null where it is absent or null. */
function whole(body: Json, name: string, least: number, most = Number.MAX_SAFE_INTEGER): number | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw badRequest(`${name} must be a whole number of at least ${least}`, name);
  }
  return value;
}

interface Prompt {
  tokens: number;
  /** Prompts in the request. */
  count: number;
}

function chatPrompt(messages: unknown): Prompt {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw badRequest("messages must be an array with something in it", "messages");
  }
  let tokens = 0;
  for (const message of messages) {
    if (!isObject(message)) throw badRequest("every one of messages must be an object", "messages");
    tokens += contentTokens(message.content);
  }
  return { tokens, count: 1 };
}

/** Text only: a picture counts nothing. */
function contentTokens(content: unknown): number {
  if (typeof content === "string") return countPromptTokens(content);
  if (!Array.isArray(content)) return 0;
  let tokens = 0;
  for (const part of content)
    if (isObject(part) && typeof part.text === "string") tokens += countPromptTokens(part.text);
  return tokens;
}

/** A text, token ids, or an array of either. */
function completionPrompt(prompt: unknown): Prompt {
  if (typeof prompt === "string") return { tokens: countPromptTokens(prompt), count: 1 };
  if (!Array.isArray(prompt) || prompt.length === 0) {
    throw badRequest("prompt must be a string or an array with something in it", "prompt");
  }
  if (prompt.every((id) => typeof id === "number")) return { tokens: prompt.length, count: 1 };
  const tokens = prompt.reduce((sum: number, one) => sum + completionPrompt(one).tokens, 0);
  return { tokens, count: prompt.length };
}
