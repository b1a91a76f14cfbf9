import type { Identity } from "./call.ts";
import type { OpenAiCall } from "./openai-call.ts";
import type { MockOptions } from "./options.ts";
import type { Chunk, ReplyPlan } from "./reply.ts";
import type { ReplyShape } from "./reply-shape.ts";
import { mockText } from "./words.ts";

const TOOL_NAME = "hang_plumb";
/** Around the words, so that a tool's arguments are JSON. */
const ARGUMENTS_OPEN = '{"text":"';
const ARGUMENTS_CLOSE = '"}';

/** The shape of /chat/completions and /completions. */
export class OpenAiShape implements ReplyShape {
  readonly contentType = "text/event-stream; charset=utf-8";
  readonly choices: number;
  readonly promptTokens: number;
  readonly #id: string;
  /** An event up to its choices, the same in every event of a reply. */
  readonly #head: string;
  /** The same, into the first fields of each choice: a few long strings are cheaper to join than many short ones. */
  readonly #heads: string[];

  constructor(
    private readonly call: OpenAiCall,
    private readonly plan: ReplyPlan,
    private readonly options: MockOptions,
    private readonly identity: Identity,
  ) {
    this.choices = call.choices;
    this.promptTokens = call.promptTokens;
    this.#id = `${call.api === "chat" ? "chatcmpl" : "cmpl"}-mock-${identity.serial}`;
    const object = call.api === "chat" ? "chat.completion.chunk" : "text_completion";
    const fields = JSON.stringify({ id: this.#id, object, created: identity.created, model: identity.model });
    this.#head = `data: ${fields.slice(0, -1)},"choices":[`;
    this.#heads = Array.from({ length: call.choices }, (_, choice) => `${this.#head}{"index":${choice},`);
  }

  opening(): string[] {
    if (this.call.api !== "chat" || !this.options.roleChunk) return [];
    return this.#heads.map((head) => `${head}"delta":{"role":"assistant","content":""}${this.#tail(0, null)}`);
  }

  event(choice: number, chunk: Chunk): string {
    const text = mockText(choice + chunk.from, chunk.tokens);
    const payload =
      this.call.api === "chat" ? this.#delta(choice, chunk, text) : `"text":${JSON.stringify(text)},"logprobs":null`;
    const tail = this.#tail(chunk.from + chunk.tokens, chunk.last ? this.#finishReason() : null);
    return this.#heads[choice]! + payload + tail;
  }

  closing(): string[] {
    const events: string[] = [];
    if (this.options.usage && this.call.includeUsage) {
      events.push(`${this.#head}],"usage":${this.#wholeUsage()}}\n\n`);
    }
    if (this.options.done) events.push("data: [DONE]\n\n");
    return events;
  }

  body(): string {
    const { created, model } = this.identity;
    const chat = this.call.api === "chat";
    const choices = Array.from({ length: this.choices }, (_, index) => ({
      index,
      ...(chat ? { message: this.#message(index) } : { text: mockText(index, this.plan.tokens) }),
      logprobs: null,
      finish_reason: this.#finishReason(),
    }));
    const object = chat ? "chat.completion" : "text_completion";
    const usage = this.options.usage ? JSON.parse(this.#wholeUsage()) : undefined;
    return JSON.stringify({ id: this.#id, object, created, model, choices, usage });
  }

  /** What follows an event's payload. `sent`: tokens of this choice so far, which is what vLLM's running usage counts. */
  #tail(sent: number, finish: string | null): string {
    const continuous = this.options.usage && this.call.continuousUsage;
    if (finish === null && !continuous) return ',"finish_reason":null}]}\n\n';
    const usage = continuous ? `,"usage":${this.#usage(sent, Math.min(sent, this.plan.reasoning))}` : "";
    return `,"finish_reason":${JSON.stringify(finish)}}]${usage}}\n\n`;
  }

  #delta(choice: number, chunk: Chunk, text: string): string {
    if (chunk.tokens === 0) return '"delta":{}';
    if (chunk.channel === "reasoning") return `"delta":{"reasoning_content":${JSON.stringify(text)}}`;
    if (!this.options.toolCalls) return `"delta":{"content":${JSON.stringify(text)}}`;
    const first = chunk.from === this.plan.reasoning;
    const piece = (first ? ARGUMENTS_OPEN : "") + text + (chunk.last ? ARGUMENTS_CLOSE : "");
    const call = first ? this.#tool(choice, piece) : { function: { arguments: piece } };
    return `"delta":${JSON.stringify({ tool_calls: [{ index: 0, ...call }] })}`;
  }

  #message(choice: number): Record<string, unknown> {
    const { tokens, reasoning } = this.plan;
    const answer = mockText(choice + reasoning, tokens - reasoning);
    const message: Record<string, unknown> = { role: "assistant", content: answer };
    if (reasoning > 0) message.reasoning_content = mockText(choice, reasoning);
    if (this.#callsTool()) {
      message.content = null;
      message.tool_calls = [this.#tool(choice, ARGUMENTS_OPEN + answer + ARGUMENTS_CLOSE)];
    }
    return message;
  }

  #tool(choice: number, text: string): Record<string, unknown> {
    return {
      id: `call_mock_${this.identity.serial}_${choice}`,
      type: "function",
      function: { name: TOOL_NAME, arguments: text },
    };
  }

  /** A reply that ends within its reasoning never came to call anything. */
  #callsTool(): boolean {
    return this.options.toolCalls && this.call.api === "chat" && this.plan.tokens > this.plan.reasoning;
  }

  #finishReason(): string {
    return this.plan.finish === "stop" && this.#callsTool() ? "tool_calls" : this.plan.finish;
  }

  #wholeUsage(): string {
    return this.#usage(this.choices * this.plan.tokens, this.choices * this.plan.reasoning);
  }

  #usage(completion: number, reasoning: number): string {
    const prompt = this.promptTokens;
    const details = this.plan.reasoning === 0 ? "" : `,"completion_tokens_details":{"reasoning_tokens":${reasoning}}`;
    return `{"prompt_tokens":${prompt},"completion_tokens":${completion},"total_tokens":${prompt + completion}${details}}`;
  }
}
