import type { Delta, Reader, RequestSpec, ServerEvent } from "./api.ts";

/** The fields that this reader looks at; every one may be missing or null. */
interface Chunk {
  choices?: Choice[] | null;
  usage?: Usage | null;
  error?: { message?: string } | string | null;
  message?: string;
  object?: string;
}

interface Choice {
  index?: number;
  delta?: Content | null;
  message?: Content | null;
  text?: string | null;
  finish_reason?: string | null;
  logprobs?: { content?: unknown[] | null; tokens?: unknown[] | null } | null;
}

interface Content {
  content?: string | { text?: string }[] | null;
  reasoning_content?: string | null;
  reasoning?: string | null;
  refusal?: string | null;
  tool_calls?: { function?: { name?: string | null; arguments?: string | null } | null }[] | null;
  function_call?: { name?: string | null; arguments?: string | null } | null;
}

interface Usage {
  prompt_tokens?: number;
  completion_tokens?: number;
  prompt_tokens_details?: { cached_tokens?: number | null } | null;
  completion_tokens_details?: { reasoning_tokens?: number | null } | null;
}

const NOTHING: Delta[] = [];

/**
 * Reads what OpenAI's chat and completions endpoints answer, streamed or not, and what vLLM, SGLang, llama.cpp and
 * others make of them: reasoning under two names, usage in the last chunk or in every one, several choices.
 *
 * The end is `[DONE]`, or a finish reason for every choice asked for (`n`).
 */
export function openaiReader(request: RequestSpec): Reader {
  const state = new OpenaiState(choicesAsked(request.body));
  return {
    event: (event) => state.event(event),
    body: (text, json) => state.body(text, json),
    // A chunk that is one text and nothing else has no usage and no finish reason, the only things kept here.
    repeatable: true,
  };
}

function choicesAsked(body: unknown): number {
  const n = typeof body === "object" && body !== null ? (body as { n?: unknown }).n : undefined;
  return typeof n === "number" && n >= 1 ? n : 1;
}

class OpenaiState {
  #finished = new Set<number>();
  /** `usage.completion_tokens` of the chunk before, for servers that count in every chunk. */
  #counted = 0;

  constructor(readonly choices: number) {}

  event(event: ServerEvent): Delta[] {
    if (event.json === undefined) {
      return event.data.trim() === "[DONE]"
        ? [{ kind: "end" }]
        : [{ kind: "malformed", message: `not JSON: ${event.data.slice(0, 200)}` }];
    }
    const deltas = this.#read(event.json as Chunk, event.name);
    this.#count(event.json as Chunk, deltas);
    return deltas;
  }

  body(text: string, json: unknown): Delta[] {
    if (json === undefined) return [{ kind: "malformed", message: `not JSON: ${text.slice(0, 200)}` }];
    const deltas = this.#read(json as Chunk, undefined);
    const failed = deltas.some((delta) => delta.kind === "error");
    if (!failed && !Array.isArray((json as Chunk | null)?.choices)) {
      deltas.push({ kind: "malformed", message: `no "choices" in the reply: ${text.slice(0, 200)}` });
    } else if (!failed) {
      deltas.push({ kind: "end" });
    }
    return deltas;
  }

  #read(chunk: Chunk | null, name: string | undefined): Delta[] {
    if (typeof chunk !== "object" || chunk === null) return NOTHING;
    const deltas: Delta[] = [];
    if (chunk.error != null || name === "error" || chunk.object === "error") {
      deltas.push({ kind: "error", message: errorMessage(chunk) });
      return deltas;
    }
    if (chunk.choices) for (const choice of chunk.choices) this.#choice(choice, deltas);
    if (chunk.usage) deltas.push(readUsage(chunk.usage));
    return deltas;
  }

  #choice(choice: Choice, deltas: Delta[]): void {
    const index = choice.index ?? 0;
    const content = choice.delta ?? choice.message;
    const before = deltas.length;
    if (content) readContent(content, index, deltas);
    if (choice.text) deltas.push({ kind: "text", text: choice.text, choice: index });
    const first = deltas[before];
    const logged = choice.logprobs?.content?.length ?? choice.logprobs?.tokens?.length;
    if (logged && first !== undefined && "text" in first) first.tokens = logged;
    if (choice.finish_reason != null) {
      deltas.push({ kind: "finish", reason: choice.finish_reason, choice: index });
      this.#finished.add(index);
      if (this.#finished.size === this.choices) deltas.push({ kind: "end" });
    }
  }

  /** Servers that send usage in every chunk (`continuous_usage_stats`) tell how many tokens each one carries. */
  #count(chunk: Chunk, deltas: Delta[]): void {
    const total = chunk?.usage?.completion_tokens;
    if (total === undefined) return;
    const output = deltas.find((delta) => "text" in delta);
    if (output !== undefined && "text" in output && total > this.#counted) output.tokens = total - this.#counted;
    this.#counted = total;
  }
}

function readContent(content: Content, choice: number, deltas: Delta[]): void {
  const reasoning = content.reasoning_content ?? content.reasoning;
  if (reasoning) deltas.push({ kind: "reasoning", text: reasoning, choice });
  const text = typeof content.content === "string" ? content.content : joinParts(content.content);
  if (text) deltas.push({ kind: "text", text, choice });
  if (content.refusal) deltas.push({ kind: "text", text: content.refusal, choice });
  const calls = content.tool_calls ?? (content.function_call ? [{ function: content.function_call }] : undefined);
  if (!calls) return;
  for (const call of calls) {
    const said = (call.function?.name ?? "") + (call.function?.arguments ?? "");
    if (said !== "") deltas.push({ kind: "tool", text: said, choice });
  }
}

function joinParts(parts: { text?: string }[] | null | undefined): string {
  return parts ? parts.map((part) => part.text ?? "").join("") : "";
}

function readUsage(usage: Usage): Delta {
  const delta: Delta = { kind: "usage" };
  if (usage.prompt_tokens !== undefined) delta.promptTokens = usage.prompt_tokens;
  if (usage.completion_tokens !== undefined) delta.completionTokens = usage.completion_tokens;
  const cached = usage.prompt_tokens_details?.cached_tokens;
  if (cached != null) delta.cachedTokens = cached;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  if (reasoning != null) delta.reasoningTokens = reasoning;
  return delta;
}

function errorMessage(chunk: Chunk): string {
  if (typeof chunk.error === "string") return chunk.error;
  return chunk.error?.message ?? chunk.message ?? JSON.stringify(chunk.error ?? chunk);
}
