import { badRequest } from "./openai-error.ts";
import type { LengthWish } from "./reply.ts";
import { countPromptTokens } from "./words.ts";

/** What of a request decides its reply, whichever the API. */
export interface Call extends LengthWish {
  /** null: none was named. */
  model: string | null;
  stream: boolean;
  /** Replies asked for. */
  choices: number;
  /** By `countPromptTokens`; the length of a prompt of token ids. */
  promptTokens: number;
  /** The API knows no reasoning: the reply has none, whatever the options say. */
  plain?: true;
}

/** Who replies. */
export interface Identity {
  /** Of the request, from 1. */
  serial: number;
  /** Unix seconds. */
  created: number;
  model: string;
}

export type Json = Record<string, unknown>;

export const MAX_CHOICES = 128;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** @throws OpenAiError (400) */
export function parseObject(text: string): Json {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw badRequest("the request body is not JSON");
  }
  if (!isObject(body)) throw badRequest("the request body is not a JSON object");
  return body;
}

/** A whole number of that name; null where it is absent or null. @throws OpenAiError (400) naming the field */
export function whole(body: Json, name: string, least: number, most = Number.MAX_SAFE_INTEGER): number | null {
  const value = body[name];
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    throw badRequest(`${name} must be a whole number of at least ${least}`, name);
  }
  return value;
}

export function modelOf(body: Json): string | null {
  return typeof body.model === "string" ? body.model : null;
}

/** Tokens of a list of messages. @throws OpenAiError (400) where it is none */
export function messageTokens(messages: unknown, name = "messages"): number {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw badRequest(`${name} must be an array with something in it`, name);
  }
  let tokens = 0;
  for (const message of messages) {
    if (!isObject(message)) throw badRequest(`every one of ${name} must be an object`, name);
    tokens += contentTokens(message.content);
  }
  return tokens;
}

/** Text only: a picture counts nothing. */
export function contentTokens(content: unknown): number {
  if (typeof content === "string") return countPromptTokens(content);
  if (!Array.isArray(content)) return 0;
  let tokens = 0;
  for (const part of content)
    if (isObject(part) && typeof part.text === "string") tokens += countPromptTokens(part.text);
  return tokens;
}

export interface Prompt {
  tokens: number;
  /** Prompts in the request. */
  count: number;
}

/** A text, token ids, or an array of either. @throws OpenAiError (400) naming the field */
export function promptOf(prompt: unknown, name = "prompt"): Prompt {
  if (typeof prompt === "string") return { tokens: countPromptTokens(prompt), count: 1 };
  if (!Array.isArray(prompt) || prompt.length === 0) {
    throw badRequest(`${name} must be a string or an array with something in it`, name);
  }
  if (prompt.every((id) => typeof id === "number")) return { tokens: prompt.length, count: 1 };
  const tokens = prompt.reduce((sum: number, one) => sum + promptOf(one, name).tokens, 0);
  return { tokens, count: prompt.length };
}
