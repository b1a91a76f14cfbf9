import {
  type Call,
  contentTokens,
  type Identity,
  type Json,
  messageTokens,
  modelOf,
  objectOf,
  parseObject,
} from "./call.ts";
import { badRequest } from "./openai-error.ts";
import type { MockOptions } from "./options.ts";
import type { Chunk, ReplyPlan } from "./reply.ts";
import type { ReplyShape } from "./reply-shape.ts";
import { mockText } from "./words.ts";

type OllamaApi = "chat" | "generate";

interface OllamaCall extends Call {
  api: OllamaApi;
}

/** Streams unless told otherwise. @throws OpenAiError (400) naming the field */
export function parseOllamaCall(api: OllamaApi, text: string): OllamaCall {
  const body = parseObject(text);
  if (api === "generate" && typeof body.prompt !== "string") throw badRequest("prompt must be a string", "prompt");
  const { num_predict } = objectOf(body.options);
  return {
    api,
    model: modelOf(body),
    stream: body.stream !== false,
    choices: 1,
    promptTokens: api === "chat" ? messageTokens(body.messages) : contentTokens(body.prompt),
    // -1 and -2 are its ways to say: as long as it likes.
    maxTokens: typeof num_predict === "number" && num_predict > 0 ? Math.floor(num_predict) : null,
    minTokens: 0,
    ignoreEos: false,
  };
}

/** The shape of /api/chat and /api/generate: a line of JSON for each chunk, and one that says `done`. */
export class OllamaShape implements ReplyShape {
  readonly contentType = "application/x-ndjson";
  readonly choices = 1;
  readonly promptTokens: number;

  constructor(
    private readonly call: OllamaCall,
    private readonly plan: ReplyPlan,
    private readonly options: MockOptions,
    private readonly identity: Identity,
  ) {
    this.promptTokens = call.promptTokens;
  }

  opening(): string[] {
    return [];
  }

  event(_choice: number, chunk: Chunk): string {
    const text = mockText(chunk.from, chunk.tokens);
    const said = chunk.channel === "reasoning" ? this.#said("", text) : this.#said(text, "");
    return `${JSON.stringify({ ...this.#head(), ...said, done: false })}\n`;
  }

  closing(): string[] {
    return [`${JSON.stringify({ ...this.#head(), ...this.#said("", ""), ...this.#end() })}\n`];
  }

  body(): string {
    const { tokens, reasoning } = this.plan;
    const said = this.#said(mockText(reasoning, tokens - reasoning), mockText(0, reasoning));
    return JSON.stringify({ ...this.#head(), ...said, ...this.#end() });
  }

  #head(): Json {
    const { model, created } = this.identity;
    return { model, created_at: new Date(created * 1000).toISOString() };
  }

  #said(text: string, thinking: string): Json {
    const thought = thinking === "" ? {} : { thinking };
    if (this.call.api === "generate") return { response: text, ...thought };
    return { message: { role: "assistant", content: text, ...thought } };
  }

  #end(): Json {
    const usage = { prompt_eval_count: this.promptTokens, eval_count: this.plan.tokens };
    return { done: true, done_reason: this.plan.finish, ...(this.options.usage ? usage : {}) };
  }
}
