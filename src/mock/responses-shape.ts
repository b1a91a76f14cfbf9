import { type Call, contentTokens, type Identity, messageTokens, modelOf, parseObject, whole } from "./call.ts";
import type { MockOptions } from "./options.ts";
import type { Chunk, ReplyPlan } from "./reply.ts";
import type { ReplyShape } from "./reply-shape.ts";
import { namedEvent } from "./sse-event.ts";
import { mockText } from "./words.ts";

/** @throws OpenAiError (400) naming the field */
export function parseResponsesCall(text: string): Call {
  const body = parseObject(text);
  const { input } = body;
  const said = typeof input === "string" ? contentTokens(input) : messageTokens(input, "input");
  return {
    model: modelOf(body),
    stream: body.stream === true,
    choices: 1,
    promptTokens: said + contentTokens(body.instructions),
    maxTokens: whole(body, "max_output_tokens", 1),
    minTokens: whole(body, "min_tokens", 0) ?? 0,
    ignoreEos: body.ignore_eos === true,
  };
}

/** The shape of /responses: reasoning, where there is any, is an item of its own before the message. */
export class ResponsesShape implements ReplyShape {
  readonly contentType = "text/event-stream; charset=utf-8";
  readonly choices = 1;
  readonly promptTokens: number;
  #events = 0;

  constructor(
    call: Call,
    private readonly plan: ReplyPlan,
    private readonly options: MockOptions,
    private readonly identity: Identity,
  ) {
    this.promptTokens = call.promptTokens;
  }

  opening(): string[] {
    const response = this.#response("in_progress", []);
    return [this.#event("response.created", { response }), this.#event("response.in_progress", { response })];
  }

  event(_choice: number, chunk: Chunk): string {
    const reasoning = chunk.channel === "reasoning";
    const at = { item_id: this.#itemId(reasoning), output_index: this.#place(reasoning), content_index: 0 };
    const delta = mockText(chunk.from, chunk.tokens);
    const type = reasoning ? "response.reasoning_text.delta" : "response.output_text.delta";
    const opens = chunk.from === (reasoning ? 0 : this.plan.reasoning);
    return (opens ? this.#opened(reasoning) : "") + this.#event(type, { ...at, delta });
  }

  closing(): string[] {
    const status = this.#status();
    return [this.#event(`response.${status}`, { response: this.#response(status, this.#output()) })];
  }

  body(): string {
    return JSON.stringify(this.#response(this.#status(), this.#output()));
  }

  #opened(reasoning: boolean): string {
    const item = reasoning ? this.#reasoning("") : this.#message("");
    return this.#event("response.output_item.added", { output_index: this.#place(reasoning), item });
  }

  #event(type: string, fields: Record<string, unknown>): string {
    return namedEvent(type, { sequence_number: this.#events++, ...fields });
  }

  #status(): "completed" | "incomplete" {
    return this.plan.finish === "stop" ? "completed" : "incomplete";
  }

  #place(reasoning: boolean): number {
    return reasoning || this.plan.reasoning === 0 ? 0 : 1;
  }

  #itemId(reasoning: boolean): string {
    return `${reasoning ? "rs" : "msg"}_mock_${this.identity.serial}`;
  }

  #output(): unknown[] {
    const { reasoning, tokens } = this.plan;
    const message = this.#message(mockText(reasoning, tokens - reasoning));
    return reasoning === 0 ? [message] : [this.#reasoning(mockText(0, reasoning)), message];
  }

  #reasoning(text: string): unknown {
    const content = text === "" ? [] : [{ type: "reasoning_text", text }];
    return { id: this.#itemId(true), type: "reasoning", summary: [], content };
  }

  #message(text: string): unknown {
    const content = text === "" ? [] : [{ type: "output_text", text, annotations: [] }];
    return { id: this.#itemId(false), type: "message", role: "assistant", content };
  }

  #response(status: string, output: unknown[]): unknown {
    const { serial, created, model } = this.identity;
    return {
      id: `resp_mock_${serial}`,
      object: "response",
      created_at: created,
      status,
      error: null,
      incomplete_details: status === "incomplete" ? { reason: "max_output_tokens" } : null,
      model,
      output,
      usage: status === "in_progress" || !this.options.usage ? null : this.#usage(),
    };
  }

  #usage(): unknown {
    const { tokens, reasoning } = this.plan;
    return {
      input_tokens: this.promptTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: tokens,
      output_tokens_details: { reasoning_tokens: reasoning },
      total_tokens: this.promptTokens + tokens,
    };
  }
}
