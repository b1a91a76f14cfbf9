import { type Call, contentTokens, type Identity, messageTokens, modelOf, parseObject, whole } from "./call.ts";
import { badRequest } from "./openai-error.ts";
import type { MockOptions } from "./options.ts";
import type { Chunk, ReplyPlan } from "./reply.ts";
import type { ReplyShape } from "./reply-shape.ts";
import { namedEvent } from "./sse-event.ts";
import { mockText } from "./words.ts";

/** @throws OpenAiError (400) naming the field */
export function parseMessagesCall(text: string): Call {
  const body = parseObject(text);
  const maxTokens = whole(body, "max_tokens", 1);
  if (maxTokens === null) throw badRequest("max_tokens is missing", "max_tokens");
  return {
    model: modelOf(body),
    stream: body.stream === true,
    choices: 1,
    promptTokens: messageTokens(body.messages) + contentTokens(body.system),
    maxTokens,
    minTokens: 0,
    ignoreEos: false,
  };
}

/** The shape of /messages: a block of thinking, where there is any, and one of text. */
export class AnthropicShape implements ReplyShape {
  readonly contentType = "text/event-stream; charset=utf-8";
  readonly choices = 1;
  readonly promptTokens: number;

  constructor(
    call: Call,
    private readonly plan: ReplyPlan,
    private readonly options: MockOptions,
    private readonly identity: Identity,
  ) {
    this.promptTokens = call.promptTokens;
  }

  opening(): string[] {
    const message = { ...this.#message([], null), usage: this.#usage(0) };
    return [namedEvent("message_start", { message }), namedEvent("ping", {})];
  }

  event(_choice: number, chunk: Chunk): string {
    const reasoning = chunk.channel === "reasoning";
    const index = this.#place(reasoning);
    const opens = chunk.from === (reasoning ? 0 : this.plan.reasoning);
    const text = mockText(chunk.from, chunk.tokens);
    const delta = reasoning ? { type: "thinking_delta", thinking: text } : { type: "text_delta", text };
    return (opens ? this.#opened(reasoning) : "") + namedEvent("content_block_delta", { index, delta });
  }

  closing(): string[] {
    const { tokens, reasoning } = this.plan;
    const delta = { stop_reason: this.#stopReason(), stop_sequence: null };
    const usage = this.options.usage ? { usage: { output_tokens: tokens } } : {};
    return [
      namedEvent("content_block_stop", { index: this.#place(tokens === reasoning && tokens > 0) }),
      namedEvent("message_delta", { delta, ...usage }),
      namedEvent("message_stop", {}),
    ];
  }

  body(): string {
    const { tokens, reasoning } = this.plan;
    const blocks: unknown[] = [{ type: "text", text: mockText(reasoning, tokens - reasoning) }];
    if (reasoning > 0) blocks.unshift({ type: "thinking", thinking: mockText(0, reasoning), signature: "" });
    return JSON.stringify({ ...this.#message(blocks, this.#stopReason()), usage: this.#usage(tokens) });
  }

  #opened(reasoning: boolean): string {
    const block = reasoning ? { type: "thinking", thinking: "", signature: "" } : { type: "text", text: "" };
    const before = this.#place(reasoning) === 0 ? "" : namedEvent("content_block_stop", { index: 0 });
    return before + namedEvent("content_block_start", { index: this.#place(reasoning), content_block: block });
  }

  #place(reasoning: boolean): number {
    return reasoning || this.plan.reasoning === 0 ? 0 : 1;
  }

  #stopReason(): string {
    return this.plan.finish === "stop" ? "end_turn" : "max_tokens";
  }

  #message(content: unknown[], stopReason: string | null): Record<string, unknown> {
    const { serial, model } = this.identity;
    const said = { content, stop_reason: stopReason, stop_sequence: null };
    return { id: `msg_mock_${serial}`, type: "message", role: "assistant", model, ...said };
  }

  #usage(tokens: number): unknown {
    return this.options.usage ? { input_tokens: this.promptTokens, output_tokens: tokens } : undefined;
  }
}
