import {
  type Call,
  contentTokens,
  type Identity,
  MAX_CHOICES,
  messageTokens,
  modelOf,
  objectOf,
  parseObject,
  whole,
} from "./call.ts";
import type { MockOptions } from "./options.ts";
import type { Chunk, ReplyPlan } from "./reply.ts";
import type { ReplyShape } from "./reply-shape.ts";
import { mockText } from "./words.ts";

interface GenerationCall extends Call {
  /** Every event says what is new; otherwise all that was said so far. */
  incremental: boolean;
}

/** @throws OpenAiError (400) naming the field */
export function parseGenerationCall(text: string, headers: ReadonlyMap<string, string>): GenerationCall {
  const body = parseObject(text);
  const { messages, prompt } = objectOf(body.input);
  const parameters = objectOf(body.parameters);
  return {
    model: modelOf(body),
    stream: headers.get("x-dashscope-sse") === "enable",
    incremental: parameters.incremental_output === true,
    choices: whole(parameters, "n", 1, MAX_CHOICES) ?? 1,
    promptTokens: typeof prompt === "string" ? contentTokens(prompt) : messageTokens(messages, "input.messages"),
    maxTokens: whole(parameters, "max_tokens", 1),
    minTokens: 0,
    ignoreEos: false,
  };
}

/** The shape of DashScope's text generation. Usage stands in every event. */
export class DashScopeShape implements ReplyShape {
  readonly contentType = "text/event-stream;charset=UTF-8";
  readonly choices: number;
  readonly promptTokens: number;
  #events = 0;

  constructor(
    private readonly call: GenerationCall,
    private readonly plan: ReplyPlan,
    private readonly options: MockOptions,
    private readonly identity: Identity,
  ) {
    this.choices = call.choices;
    this.promptTokens = call.promptTokens;
  }

  opening(): string[] {
    return [];
  }

  event(choice: number, chunk: Chunk): string {
    const sent = chunk.from + chunk.tokens;
    const from = this.call.incremental ? chunk.from : 0;
    const finish = chunk.last ? this.plan.finish : "null";
    // Choices take their turns: those behind this one have not got their tokens of this chunk yet.
    const tokens = (choice + 1) * sent + (this.choices - choice - 1) * chunk.from;
    const reply = this.#reply([this.#choice(choice, from, sent, finish)], tokens);
    return `id:${++this.#events}\nevent:result\n:HTTP_STATUS/200\ndata:${reply}\n\n`;
  }

  closing(): string[] {
    return [];
  }

  body(): string {
    const { tokens, finish } = this.plan;
    const choices = Array.from({ length: this.choices }, (_, index) => this.#choice(index, 0, tokens, finish));
    return this.#reply(choices, this.choices * tokens);
  }

  /** Tokens `from` up to `to` of a choice. */
  #choice(index: number, from: number, to: number, finish: string): unknown {
    const { reasoning } = this.plan;
    const thought = Math.max(0, Math.min(to, reasoning) - from);
    const start = Math.max(from, reasoning);
    const content = mockText(index + start, Math.max(0, to - start));
    const message: Record<string, unknown> = { role: "assistant", content };
    if (reasoning > 0) message.reasoning_content = mockText(index + from, thought);
    return { index, message, finish_reason: finish };
  }

  #reply(choices: unknown[], tokens: number): string {
    const usage = { input_tokens: this.promptTokens, output_tokens: tokens, total_tokens: this.promptTokens + tokens };
    return JSON.stringify({
      output: { choices },
      usage: this.options.usage ? usage : undefined,
      request_id: `mock-${this.identity.serial}`,
    });
  }
}
